import { normalizeWorkspaceModel, type TabNode, type WorkspaceModel, type WorkspaceNode } from 'react-resizable-panels';
import { formatRoute, parseRoute, type Route, tabKey } from '../lib/route.ts';

/** A tab is saved as the text of its route, so that a version that knows more routes still reads it. */
export interface TabData {
  readonly route: string;
}

export type Tab = TabNode<TabData>;
export type TabModel = WorkspaceModel<TabData>;

const TITLES = { home: 'Home', knowledge: 'Knowledge', ask: 'Ask', pipelines: 'Pipelines', models: 'Models', settings: 'Settings', manual: 'Manual', why: 'Why this answer', autopsy: 'Missing passage' } as const;

export function tabTitle(route: Route): string {
  if (route.place === 'file') return route.path.split('/').at(-1) ?? route.path;
  if (route.place === 'document') return route.name.split('/').at(-1) ?? route.name;
  if (route.place === 'preview') return `Preview: ${(route.member ?? route.path).split(/[\\/]/).at(-1) ?? route.path}`;
  return TITLES[route.place];
}

export function makeTab(route: Route): Tab {
  return { id: tabKey(route), title: tabTitle(route), data: { route: formatRoute(route) } };
}

export function defaultTabs(route: Route = { place: 'home' }): TabModel {
  const tab = makeTab(route);
  return { version: 1, root: { type: 'tabset', id: 'main', tabs: [tab], selectedId: tab.id } };
}

const storageKey = (projectId: string): string => `lathe.tabs.${projectId}`;

/** Tabs and splits of the project as they were in this browser tab, else as they were left last; what no longer parses is left out. */
export function loadTabs(projectId: string): TabModel {
  const text = sessionStorage.getItem(storageKey(projectId)) ?? localStorage.getItem(storageKey(projectId));
  if (text === null) return defaultTabs();
  try {
    const keep = (tab: Tab): Tab | null => {
      const route = typeof tab.data?.route === 'string' ? parseRoute(tab.data.route) : null;
      return route === null ? null : makeTab(route);
    };
    const model = normalizeWorkspaceModel<TabData>(JSON.parse(text), { mapTab: keep });
    return model !== null && allTabs(model).length > 0 ? model : defaultTabs();
  } catch (error) {
    console.warn('The saved tabs could not be read, Home is opened', error);
    return defaultTabs();
  }
}

export function saveTabs(projectId: string, model: TabModel): void {
  // Two browser tabs on one project keep their own tabs over a reload; the next start takes the last.
  for (const storage of [sessionStorage, localStorage]) storage.setItem(storageKey(projectId), JSON.stringify(model));
}

type Tabset = Extract<WorkspaceNode<TabData>, { type: 'tabset' }>;

export function allTabsets(model: TabModel): Tabset[] {
  const walk = (node: WorkspaceNode<TabData>): Tabset[] => (node.type === 'tabset' ? [node] : node.children.flatMap(walk));
  return walk(model.root);
}

export function allTabs(model: TabModel): Tab[] {
  return allTabsets(model).flatMap(({ tabs }) => tabs);
}

/** The tabset to the right of (after) the given one; null when it is the last. */
export function tabsetBeside(model: TabModel, tabsetId: string): string | null {
  const sets = allTabsets(model);
  const at = sets.findIndex(({ id }) => id === tabsetId);
  return sets[at + 1]?.id ?? null;
}
