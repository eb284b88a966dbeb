import type { WorkspaceImperativeHandle } from 'react-resizable-panels';
import { formatRoute, parseRoute, type Route, tabKey } from '../lib/route.ts';
import { allTabs, allTabsets, makeTab, type TabData, tabsetBeside } from './tabModel.ts';

type Handle = WorkspaceImperativeHandle<TabData>;

/** Owns what opening, splitting and closing mean. Knows no place. */
export interface TabController {
  open(route: Route, options?: { readonly beside?: boolean }): void;
  replace(route: Route): void;
  split(): void;
  close(): void;
  closeAllOthers(): void;
  step(by: 1 | -1): void;
  active(): Route | null;
}

export function createTabController(handle: () => Handle | null): TabController {
  const activeTabset = (workspace: Handle) => {
    const sets = allTabsets(workspace.getModel());
    return sets.find(({ id }) => id === workspace.getActiveTabsetId()) ?? sets[0];
  };
  const focus = (workspace: Handle, tabId: string): void => {
    workspace.selectTab(tabId);
    requestAnimationFrame(() => {
      const tab = document.querySelector<HTMLElement>(`[data-tab][data-key="${CSS.escape(tabId)}"]`);
      const { activeElement } = document;
      const panel = activeElement?.closest('[role="tabpanel"]');
      // The focus on the tab makes its group the active one; a view that took the keyboard already keeps it.
      tab?.focus({ preventScroll: true });
      if (activeElement instanceof HTMLElement && panel != null && panel.id === tab?.getAttribute('aria-controls')) activeElement.focus({ preventScroll: true });
    });
  };
  const update = (workspace: Handle, route: Route): void => {
    const { id, title, data } = makeTab(route);
    workspace.updateTab(id, { title, data });
  };
  return {
    open(route, { beside = false } = {}) {
      const workspace = handle();
      if (workspace === null) return;
      const key = tabKey(route);
      const known = allTabs(workspace.getModel()).find(({ id }) => id === key);
      if (known !== undefined) {
        const bare = formatRoute(route) === route.place;
        if (!bare) update(workspace, route);
        if (!beside) return focus(workspace, key);
        // Never over what it was opened from: a tab of the same group goes to the one at the right.
        const here = activeTabset(workspace);
        const inFront = here?.selectedId;
        if (here === undefined || inFront === key || !here.tabs.some(({ id }) => id === key)) return workspace.selectTab(key);
        const next = tabsetBeside(workspace.getModel(), here.id);
        workspace.moveTab(key, next === null ? { tabsetId: here.id, region: 'right' } : { tabsetId: next, region: 'center' });
        if (inFront !== undefined) workspace.selectTab(inFront);
        return workspace.selectTab(key);
      }
      const current = activeTabset(workspace);
      if (beside && current !== undefined) {
        const next = tabsetBeside(workspace.getModel(), current.id);
        workspace.addTab(makeTab(route), next === null ? { target: { tabsetId: current.id, region: 'right' }, size: 46 } : { tabsetId: next });
      } else {
        workspace.addTab(makeTab(route), current === undefined ? {} : { tabsetId: current.id });
        focus(workspace, key);
      }
    },
    replace(route) {
      const workspace = handle();
      if (workspace !== null) update(workspace, route);
    },
    split() {
      const workspace = handle();
      const current = workspace === null ? undefined : activeTabset(workspace);
      if (workspace === null || current?.selectedId === undefined || current.tabs.length < 2) return;
      workspace.moveTab(current.selectedId, { tabsetId: current.id, region: 'right' });
      focus(workspace, current.selectedId);
    },
    close() {
      const workspace = handle();
      const selected = workspace === null ? undefined : activeTabset(workspace)?.selectedId;
      if (workspace === null || selected === undefined) return;
      workspace.closeTab(selected);
      const next = activeTabset(workspace)?.selectedId;
      if (next !== undefined) focus(workspace, next);
    },
    closeAllOthers() {
      const workspace = handle();
      const selected = workspace === null ? undefined : activeTabset(workspace)?.selectedId;
      if (workspace === null) return;
      for (const { id } of allTabs(workspace.getModel())) if (id !== selected) workspace.closeTab(id);
    },
    step(by) {
      const workspace = handle();
      const current = workspace === null ? undefined : activeTabset(workspace);
      if (workspace === null || current === undefined || current.tabs.length === 0) return;
      const at = current.tabs.findIndex(({ id }) => id === current.selectedId);
      const next = current.tabs[(at + by + current.tabs.length) % current.tabs.length];
      if (next !== undefined) focus(workspace, next.id);
    },
    active() {
      const workspace = handle();
      const current = workspace === null ? undefined : activeTabset(workspace);
      const tab = current?.tabs.find(({ id }) => id === current.selectedId);
      return tab === undefined ? null : parseRoute(tab.data.route);
    },
  };
}
