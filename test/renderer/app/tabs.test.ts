import { beforeEach, describe, expect, it, vi } from 'vitest';
import { allTabs, defaultTabs, loadTabs, makeTab, saveTabs, tabsetBeside, type TabModel } from '../../../src-renderer/app/tabModel.ts';
import { listActions, registerActions } from '../../../src-renderer/ui/actionRegistry.ts';

const kept = new Map<string, string>();
const own = new Map<string, string>();
const storage = (map: Map<string, string>) => ({ getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => map.set(key, value) });
beforeEach(() => {
  kept.clear();
  own.clear();
  vi.stubGlobal('localStorage', storage(kept));
  vi.stubGlobal('sessionStorage', storage(own));
});

const split: TabModel = {
  version: 1,
  root: {
    type: 'split',
    id: 'root',
    orientation: 'horizontal',
    children: [
      { type: 'tabset', id: 'left', tabs: [makeTab({ place: 'home' }), makeTab({ place: 'ask', conversationId: 'c' })], selectedId: 'ask' },
      { type: 'tabset', id: 'right', tabs: [makeTab({ place: 'file', path: 'lathe.yaml' })], selectedId: 'file:lathe.yaml' },
    ],
  },
};

describe('tabs and splits', () => {
  it('are restored as they were, one project apart from the other', () => {
    saveTabs('one', split);
    expect(allTabs(loadTabs('one')).map(({ title, data }) => [title, data.route])).toEqual([['Home', 'home'], ['Ask', 'ask?conversationId=c'], ['lathe.yaml', 'file?path=lathe.yaml']]);
    expect(tabsetBeside(loadTabs('one'), 'left')).toBe('right');
    expect(allTabs(loadTabs('two')).map(({ id }) => id)).toEqual(['home']);
  });

  it('of this browser tab win over what another one left last', () => {
    saveTabs('one', split);
    kept.set('lathe.tabs.one', JSON.stringify(defaultTabs({ place: 'models' })));
    expect(allTabs(loadTabs('one'))).toHaveLength(3);
    own.clear();
    expect(allTabs(loadTabs('one')).map(({ id }) => id)).toEqual(['models']);
  });

  it('leave out a tab of a place that this version does not know', () => {
    const text = JSON.stringify(split).replace('ask?conversationId=c', 'experiments');
    kept.set('lathe.tabs.one', text);
    expect(allTabs(loadTabs('one')).map(({ id }) => id)).toEqual(['home', 'file:lathe.yaml']);
  });

  it('fall back to Home when what was saved cannot be read', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (const text of ['{', '7', '{"version":1,"root":null}', '{"version":1,"root":{"type":"tabset","id":"a","tabs":[]}}']) {
      kept.set('lathe.tabs.one', text);
      expect(loadTabs('one')).toEqual(defaultTabs());
    }
  });
});

describe('the registry of actions', () => {
  const action = (id: string, more = {}) => ({ id, title: id, section: 's', run: () => undefined, ...more });

  it('prefers the view in front to the window, and hides what is not possible now', () => {
    const ends = [registerActions([action('undo', { title: 'window' }), action('save')], 'window'), registerActions([action('undo', { title: 'view' }), action('no', { when: () => false })])];
    expect(listActions().map(({ title }) => title)).toEqual(['view', 'save']);
    ends[1]?.();
    expect(listActions().map(({ title }) => title)).toEqual(['window', 'save']);
    ends[0]?.();
    expect(listActions()).toEqual([]);
  });
});
