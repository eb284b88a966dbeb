import { useOpenProject, useProject, useRecentProjects, useTrust, useUndo, useUndoList } from '../client/projectQueries.ts';
import { useSaveSettings } from '../client/systemQueries.ts';
import { sayProblem, toProblem } from '../client/problem.ts';
import { type Action, useActions } from '../ui/actionRegistry.ts';
import type { WindowPort } from '../ui/windowPort.tsx';
import type { TabController } from './tabController.ts';
import { hideUndoNotices, windowStore } from './windowStore.ts';

/** Actions that exist wherever one is. */
export function useGlobalActions(port: WindowPort, tabs: TabController): void {
  useActions([...goActions(port), ...windowActions(tabs), ...useProjectActions(port), ...useUndoActions(port), ...useThemeActions(), ...LIST_KEYS], 'window');
}

function goActions(port: WindowPort): Action[] {
  return [
    { id: 'go-home', title: 'Go to Home', section: 'Go', shortcut: 'G H', run: () => port.open({ place: 'home' }) },
    { id: 'go-knowledge', title: 'Go to Knowledge', section: 'Go', shortcut: 'G K', run: () => port.open({ place: 'knowledge' }) },
    { id: 'go-ask', title: 'Go to Ask', section: 'Go', shortcut: 'G A', run: () => port.open({ place: 'ask' }) },
    { id: 'go-pipelines', title: 'Go to Pipelines', section: 'Go', shortcut: 'G P', run: () => port.open({ place: 'pipelines' }) },
    { id: 'go-models', title: 'Go to Models', section: 'Go', shortcut: 'G M', run: () => port.open({ place: 'models' }) },
    { id: 'go-settings', title: 'Go to Settings', section: 'Go', shortcut: 'G S', run: () => port.open({ place: 'settings' }) },
    { id: 'go-manual', title: 'Open the manual', section: 'Go', shortcut: 'F1', run: () => port.open({ place: 'manual' }) },
    { id: 'open-anything', title: 'Open a document, file, conversation or model', section: 'Go', shortcut: 'Mod+P', run: () => windowStore.setState({ palette: 'open' }) },
    { id: 'palette', title: 'Show all actions', section: 'Go', shortcut: 'Mod+K', run: () => windowStore.setState({ palette: 'actions' }) },
  ];
}

function windowActions(tabs: TabController): Action[] {
  const showPanel = (panelTab: 'jobs' | 'log' | 'network' | 'problems') => () => windowStore.setState({ panelOpen: true, panelTab });
  return [
    { id: 'split', title: 'Move this tab to the right', section: 'Window', shortcut: 'Mod+\\', run: () => tabs.split() },
    { id: 'tab-close', title: 'Close this tab', section: 'Window', shortcut: 'Alt+W', run: () => tabs.close() },
    { id: 'tab-close-others', title: 'Close the other tabs', section: 'Window', run: () => tabs.closeAllOthers() },
    { id: 'tab-next', title: 'Next tab', section: 'Window', shortcut: 'Alt+]', run: () => tabs.step(1) },
    { id: 'tab-previous', title: 'Previous tab', section: 'Window', shortcut: 'Alt+[', run: () => tabs.step(-1) },
    { id: 'panel', title: 'Show or hide the panel', section: 'Window', shortcut: 'Mod+J', run: () => windowStore.setState(({ panelOpen }) => ({ panelOpen: !panelOpen })) },
    { id: 'inspector', title: 'Show or hide the inspector', section: 'Window', shortcut: 'Mod+I', run: () => windowStore.setState(({ inspectorOpen }) => ({ inspectorOpen: !inspectorOpen })) },
    { id: 'panel-jobs', title: 'Show jobs', section: 'Window', run: showPanel('jobs') },
    { id: 'panel-log', title: 'Show the log', section: 'Window', run: showPanel('log') },
    { id: 'panel-network', title: 'Show outbound calls', section: 'Window', run: showPanel('network') },
    { id: 'panel-problems', title: 'Show problems', section: 'Window', run: showPanel('problems') },
    { id: 'sheet', title: 'Show shortcuts', section: 'Window', shortcut: '?', run: () => windowStore.setState({ sheetOpen: true }) },
  ];
}

function useProjectActions(port: WindowPort): Action[] {
  const project = useProject().data;
  const recent = useRecentProjects().data ?? [];
  const trust = useTrust();
  const open = useOpenProject();
  const openFolder = async (): Promise<void> => {
    const [folder] = (await port.pick({ title: 'Open a project folder', what: 'folder', verb: 'Open' })) ?? [];
    const onError = (error: unknown): void => port.notify({ text: sayProblem(error), meaning: 'bad' });
    if (folder !== undefined) open.mutate(folder, { onError, onSuccess: ({ id }) => port.switchProject(id) });
  };
  return [
    { id: 'project-create', title: 'New project', section: 'Project', run: port.createProject },
    { id: 'project-open', title: 'Open a project folder', section: 'Project', run: () => void openFolder() },
    { id: 'project-trust', title: 'Trust this project', section: 'Project', when: () => project?.trusted === false, run: () => trust.mutate() },
    ...recent
      .filter(({ id, exists }) => exists && id !== project?.id)
      .slice(0, 5)
      .map(({ id, name }) => ({ id: `project-${id}`, title: `Switch to ${name}`, section: 'Project', run: () => port.switchProject(id) })),
  ];
}

function useUndoActions(port: WindowPort): Action[] {
  const undo = useUndo();
  const newest = useUndoList().data?.find(({ undoneAtMs }) => undoneAtMs === null);
  return [
    {
      id: 'undo',
      title: newest === undefined ? 'Undo the last deletion' : `Undo: ${newest.title}`,
      section: 'Edit',
      shortcut: 'Mod+Z',
      run: () => {
        // Also where the list shows nothing: what was removed a moment ago is known to the owner first.
        undo.mutate(undefined, {
          onSuccess: ({ title }) => {
            hideUndoNotices();
            port.notify({ text: `Taken back: ${title}`, meaning: 'good' });
          },
          onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }),
        });
      },
    },
  ];
}

function useThemeActions(): Action[] {
  const save = useSaveSettings();
  return (['light', 'dark', 'system'] as const).map((theme) => ({ id: `theme-${theme}`, title: `Use the ${theme} theme`, section: 'Window', run: () => save.mutate({ theme }) }));
}

/** Keys that lists handle themselves, for the sheet. */
const LIST_KEYS: readonly Action[] = [
  { id: 'list-down', title: 'Next row', section: 'Lists', shortcut: 'J', passive: true, run: () => undefined },
  { id: 'list-up', title: 'Previous row', section: 'Lists', shortcut: 'K', passive: true, run: () => undefined },
  { id: 'list-open', title: 'Open the row', section: 'Lists', shortcut: 'Enter', passive: true, run: () => undefined },
  { id: 'list-back', title: 'Back out', section: 'Lists', shortcut: 'Escape', passive: true, run: () => undefined },
  { id: 'list-delete', title: 'Remove the selected rows', section: 'Lists', shortcut: 'Delete', passive: true, run: () => undefined },
];
