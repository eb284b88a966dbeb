import { toProblem } from '../client/problem.ts';
import type { PickRequest, WindowPort } from '../ui/windowPort.tsx';
import { desktopBridge, unwrap } from './desktopBridge.ts';
import type { TabController } from './tabController.ts';
import { askName, askUser, pickPaths, showNotice, windowStore } from './windowStore.ts';

/** Joins what places may ask for with the parts of the window that do it. */
export function createWindowPort(tabs: TabController, switchProject: (projectId: string) => void): WindowPort {
  const bridge = desktopBridge();
  const report = (error: unknown): void => showNotice({ text: toProblem(error).message, meaning: 'bad' });
  return {
    open: tabs.open,
    replace: tabs.replace,
    inspect: (subject) => windowStore.setState({ subject }),
    notify: showNotice,
    pick,
    confirm: askUser,
    askName,
    switchProject,
    createProject: () => windowStore.setState({ projectDialog: 'create' }),
    showPanel: (panelTab) => windowStore.setState({ panelOpen: true, panelTab }),
    showInFolder: bridge === null ? null : (path) => void bridge.showInFolder(path).then(unwrap).catch(report),
  };

  /** The system's own dialog where there is one. Files and folders at once only ours can take. */
  async function pick(request: PickRequest): Promise<readonly string[] | null> {
    if (bridge === null || request.what === 'entries') return pickPaths(request);
    const paths = request.what === 'folder' ? [unwrap(await bridge.openFolder())] : unwrap(await bridge.openFiles());
    const taken = paths.filter((path) => path !== null);
    return taken.length === 0 ? null : taken;
  }
}
