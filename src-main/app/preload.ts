import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '#contract/desktopBridge.ts';
import { BRIDGE_CHANNELS } from './bridgeChannels.ts';

// Each entry names its channel and its arguments: neither ipcRenderer nor an event ever reaches the page.
const bridge: DesktopBridge = {
  platform: process.platform,
  openFiles: () => ipcRenderer.invoke(BRIDGE_CHANNELS.openFiles),
  openFolder: () => ipcRenderer.invoke(BRIDGE_CHANNELS.openFolder),
  showInFolder: (path) => ipcRenderer.invoke(BRIDGE_CHANNELS.showInFolder, path),
  openExternal: (url) => ipcRenderer.invoke(BRIDGE_CHANNELS.openExternal, url),
};

contextBridge.exposeInMainWorld('lathe', bridge);
