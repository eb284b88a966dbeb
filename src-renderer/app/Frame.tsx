import { useEffect, useMemo, useRef, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout, type WorkspaceImperativeHandle } from 'react-resizable-panels';
import { useProjectId } from '../client/ApiContext.tsx';
import { useEventStream } from '../client/useEventStream.ts';
import { MoveNotices } from '../features/knowledge/MoveNotices.tsx';
import { formatFragment, parseFragment, type Route } from '../lib/route.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { WarnIcon } from '../ui/icons.ts';
import { WindowPortProvider } from '../ui/windowPort.tsx';
import { ActivityBar } from './ActivityBar.tsx';
import { BottomPanel } from './BottomPanel.tsx';
import { createWindowPort } from './createWindowPort.ts';
import { Dialogs } from './Dialogs.tsx';
import { Inspector } from './Inspector.tsx';
import { Notices } from './Notices.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TabArea } from './TabArea.tsx';
import { createTabController } from './tabController.ts';
import { loadTabs, saveTabs, type TabData, type TabModel } from './tabModel.ts';
import { useGlobalActions } from './useGlobalActions.ts';
import { useKeyboard } from './useKeyboard.ts';
import { useWindowState, windowStore } from './windowStore.ts';

const NOTHING_SELECTED: ReadonlySet<Route['place']> = new Set(['home', 'settings', 'file']);

/** The window around the places of one project: activity bar, tabs, inspector, panel, status bar. */
export function Frame({ onSwitchProject }: { onSwitchProject: (projectId: string) => void }) {
  const projectId = useProjectId();
  const workspace = useRef<WorkspaceImperativeHandle<TabData> | null>(null);
  const tabs = useMemo(() => createTabController(() => workspace.current), []);
  const port = useMemo(() => createWindowPort(tabs, onSwitchProject), [tabs, onSwitchProject]);
  const [model] = useState(() => loadTabs(projectId));
  const [active, setActive] = useState<Route | null>(null);
  const connection = useEventStream();
  const panelOpen = useWindowState((state) => state.panelOpen);
  const inspectorOpen = useWindowState((state) => state.inspectorOpen);

  const syncAddress = (): void => {
    const route = tabs.active();
    setActive(route);
    leaveSubject(route);
    const fragment = formatFragment(projectId, route ?? { place: 'home' });
    if (location.hash !== fragment) history.replaceState(null, '', fragment);
  };
  // The workspace learns from the same focus which group is active: it is asked once it knows.
  const afterActivity = (): void => void requestAnimationFrame(syncAddress);
  const onChanged = (next: TabModel): void => {
    saveTabs(projectId, next);
    syncAddress();
  };
  // Outside system: the address bar. A deep link opens its route; afterwards the address follows the tab in front.
  useEffect(() => {
    const follow = (): void => {
      const linked = parseFragment(location.hash);
      if (linked !== null && linked.projectId !== projectId) onSwitchProject(linked.projectId);
      else if (linked?.route != null) port.open(linked.route);
      syncAddress();
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [projectId]);
  useKeyboard();
  useGlobalActions(port, tabs);
  const columns = useDefaultLayout({ id: 'lathe.columns', panelIds: inspectorOpen ? ['main', 'inspector'] : ['main'] });
  const rows = useDefaultLayout({ id: 'lathe.rows', panelIds: panelOpen ? ['tabs', 'panel'] : ['tabs'] });

  return (
    <WindowPortProvider port={port}>
      <div className="frame">
        {connection === 'lost' ? (
          <p className="frame-lost notice-line" role="alert">
            <WarnIcon size={14} aria-hidden />
            <span>The Lathe process does not answer. You see what was known last; this window tries again by itself. If it was stopped, start it with <code className="mono code">npm start</code> and open the link that it prints.</span>
          </p>
        ) : null}
        <ActivityBar active={active?.place ?? null} onOpen={port.open} />
        <Group className="frame-main" orientation="horizontal" {...columns}>
          <Panel id="main" minSize="380px">
            <Group orientation="vertical" {...rows}>
              <Panel id="tabs" minSize="160px">
                <main className="frame-tabs">
                  <TabArea model={model} workspaceRef={workspace} onChanged={onChanged} onActivity={afterActivity} renderEmpty={renderEmpty} />
                </main>
              </Panel>
              {panelOpen ? (
                <>
                  <Separator className="split-line" />
                  <Panel id="panel" defaultSize="220px" minSize="96px" groupResizeBehavior="preserve-pixel-size">
                    <BottomPanel />
                  </Panel>
                </>
              ) : null}
            </Group>
          </Panel>
          {inspectorOpen ? (
            <>
              <Separator className="split-line" />
              <Panel id="inspector" defaultSize="280px" minSize="200px" maxSize="480px" groupResizeBehavior="preserve-pixel-size">
                <Inspector />
              </Panel>
            </>
          ) : null}
        </Group>
        {panelOpen ? null : <div className="frame-folded"><BottomPanel /></div>}
        <StatusBar connection={connection} port={port} />
        <Notices />
        <MoveNotices />
        <Dialogs port={port} />
      </div>
    </WindowPortProvider>
  );
}

/** Where nothing is selected, what was selected elsewhere is not shown as if it belonged there. Jobs belong to the panel. */
function leaveSubject(route: Route | null): void {
  const { subject } = windowStore.getState();
  if (subject !== null && route !== null && NOTHING_SELECTED.has(route.place) && !subject.key.startsWith('job-')) windowStore.setState({ subject: null });
}

function renderEmpty() {
  return <EmptyState title="No tab is open" sentence="Choose a place at the left, or press Ctrl P to open a document, a file or a conversation." manual="window" />;
}
