import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ConnectionState } from '../client/eventStream.ts';
import { useProject } from '../client/projectQueries.ts';
import { useJobs, useStatus } from '../client/systemQueries.ts';
import { isMac } from '../lib/shortcut.ts';
import { CheckIcon, NetworkIcon, WarnIcon } from '../ui/icons.ts';
import type { WindowPort } from '../ui/windowPort.tsx';
import { isActive } from './prepareJobs.ts';
import { prepareStatus } from './prepareStatus.ts';
import { windowStore } from './windowStore.ts';

/** Project, device, memory, model, queue, outbound calls: always in sight, each with its reason on hover. */
export function StatusBar({ connection, port }: { connection: ConnectionState; port: WindowPort }) {
  const status = useStatus();
  const project = useProject().data;
  const active = (useJobs().data ?? []).filter(isActive).length;
  const words = status.data === undefined ? null : prepareStatus(status.data);
  return (
    <footer className="status-bar" aria-label="Status">
      <Item title={project?.folder ?? ''} onClick={() => port.open({ place: 'home' })}>
        {project?.name ?? '…'}
      </Item>
      {project?.branch == null ? null : (
        <Item title={project.branch.endsWith('*') ? 'Git branch; the star marks changes that are not committed' : 'Git branch'}>
          <span className="mono">{project.branch}</span>
        </Item>
      )}
      {words === null ? null : (
        <>
          <Item title={words.deviceTitle}>{words.device}</Item>
          <Item title={words.memoryTitle}>{words.memory}</Item>
          <Item title="Models in memory" onClick={() => port.open({ place: 'models' })} secondary>
            {words.model}
          </Item>
        </>
      )}
      <span className="grow" />
      {connection === 'lost' ? (
        <Item title="The Lathe process does not answer. This window tries again by itself.">
          <span className="row status-net status-lost">
            <WarnIcon size={13} aria-hidden /> connection lost
          </span>
        </Item>
      ) : null}
      <Item title="Jobs running or waiting" onClick={() => port.showPanel('jobs')}>
        queue {active}
      </Item>
      {words === null ? null : (
        <Item title={words.networkTitle} onClick={() => port.showPanel('network')}>
          <span className={`row status-net status-net-${words.networkMeaning}`}>
            {words.networkMeaning === 'warning' ? <WarnIcon size={13} aria-hidden /> : words.networkMeaning === 'good' ? <CheckIcon size={13} aria-hidden /> : <NetworkIcon size={13} aria-hidden />}
            {words.network}
          </span>
        </Item>
      )}
      <Item title="Show all actions" onClick={() => windowStore.setState({ palette: 'actions' })} secondary>
        {isMac(navigator.platform) ? '⌘ K' : 'Ctrl K'}
      </Item>
    </footer>
  );
}

function Item({ title, onClick, secondary, children }: { title: string; onClick?: () => void; secondary?: boolean; children: ReactNode }) {
  const className = secondary === true ? 'status-item status-secondary' : 'status-item';
  return (
    <Tooltip label={title} disabled={title === ''} position="top">
      {onClick === undefined ? (
        // Focusable, so that the reason can be read without a mouse.
        <span className={className} tabIndex={0}>
          {children}
        </span>
      ) : (
        <button type="button" className={`plain ${className}`} onClick={onClick}>
          {children}
        </button>
      )}
    </Tooltip>
  );
}
