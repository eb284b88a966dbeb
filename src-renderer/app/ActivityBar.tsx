import { Menu, Tooltip } from '@mantine/core';
import { Fragment } from 'react';
import type { Route } from '../lib/route.ts';
import { isMac, shortcutKeys } from '../lib/shortcut.ts';
import { listActions } from '../ui/actionRegistry.ts';
import { MenuIcon } from '../ui/icons.ts';
import { placeIcon } from './placeIcon.ts';

type Place = 'home' | 'knowledge' | 'ask' | 'pipelines' | 'models' | 'settings';
const PLACES: readonly { readonly place: Place; readonly title: string; readonly keys: string }[] = [
  { place: 'home', title: 'Home', keys: 'G H' },
  { place: 'knowledge', title: 'Knowledge', keys: 'G K' },
  { place: 'ask', title: 'Ask', keys: 'G A' },
  { place: 'pipelines', title: 'Pipelines', keys: 'G P' },
  { place: 'models', title: 'Models', keys: 'G M' },
  { place: 'settings', title: 'Settings', keys: 'G S' },
];

export interface ActivityBarProps {
  readonly active: Route['place'] | null;
  readonly onOpen: (route: Route) => void;
}

/** The places that exist, Settings at the foot. */
export function ActivityBar({ active, onOpen }: ActivityBarProps) {
  return (
    <nav className="activity" aria-label="Places">
      <ActionsMenu />
      {PLACES.map(({ place, title, keys }) => {
        const Icon = placeIcon(place);
        const isHere = active === place || (place === 'knowledge' && (active === 'document' || active === 'preview')) || (place === 'ask' && (active === 'why' || active === 'autopsy'));
        return (
          <Tooltip key={place} label={`${title}  (${keys})`} position="right">
            <button
              type="button"
              className={place === 'settings' ? 'activity-item activity-foot' : 'activity-item'}
              aria-label={title}
              aria-current={isHere ? 'page' : undefined}
              onClick={() => onOpen({ place })}
            >
              <Icon size={20} stroke={1.5} aria-hidden />
            </button>
          </Tooltip>
        );
      })}
    </nav>
  );
}

/** Every action with its shortcut, from the same registry as the palette. */
function ActionsMenu() {
  const mac = isMac(navigator.platform);
  return (
    <Menu position="right-start" width={300}>
      <Menu.Target>
        <button type="button" className="activity-item" aria-label="Menu">
          <MenuIcon size={20} stroke={1.5} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="menu-scroll">
        <MenuItems mac={mac} />
      </Menu.Dropdown>
    </Menu>
  );
}

function MenuItems({ mac }: { mac: boolean }) {
  const actions = listActions().filter(({ passive }) => passive !== true);
  const sections = [...new Set(actions.map(({ section }) => section))];
  return sections.map((section) => (
    <Fragment key={section}>
      <Menu.Label>{section}</Menu.Label>
      {actions
        .filter((action) => action.section === section)
        .map((action) => (
          <Menu.Item key={action.id} onClick={action.run} rightSection={action.shortcut === undefined ? null : <kbd>{shortcutKeys(action.shortcut, mac).join(' ')}</kbd>}>
            {action.title}
          </Menu.Item>
        ))}
    </Fragment>
  ));
}
