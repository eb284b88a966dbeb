/** Every channel between a page and the main process. The preload script sends on these, serveBridge.ts answers them. */
export const BRIDGE_CHANNELS = {
  openFiles: 'lathe:openFiles',
  openFolder: 'lathe:openFolder',
  showInFolder: 'lathe:showInFolder',
  openExternal: 'lathe:openExternal',
} as const;

export type BridgeChannel = (typeof BRIDGE_CHANNELS)[keyof typeof BRIDGE_CHANNELS];
