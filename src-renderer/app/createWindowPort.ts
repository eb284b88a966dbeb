import type { WindowPort } from '../ui/windowPort.tsx';
import type { TabController } from './tabController.ts';
import { askUser, pickPaths, showNotice, windowStore } from './windowStore.ts';

/** Joins what places may ask for with the parts of the window that do it. */
export function createWindowPort(tabs: TabController, switchProject: (projectId: string) => void): WindowPort {
  return {
    open: tabs.open,
    replace: tabs.replace,
    inspect: (subject) => windowStore.setState({ subject }),
    notify: showNotice,
    pick: pickPaths,
    confirm: askUser,
    switchProject,
    showPanel: (panelTab) => windowStore.setState({ panelOpen: true, panelTab }),
  };
}
