import { ActionIcon, Tabs } from '@mantine/core';
import { useKnowledgeBases } from '../client/knowledgeQueries.ts';
import { useProject } from '../client/projectQueries.ts';
import { useJobs, useStatus } from '../client/systemQueries.ts';
import { CloseIcon } from '../ui/icons.ts';
import { JobsTab } from './JobsTab.tsx';
import { LogTab } from './LogTab.tsx';
import { NetworkTab } from './NetworkTab.tsx';
import { isActive } from './prepareJobs.ts';
import { prepareProblems } from './prepareProblems.ts';
import { ProblemsTab } from './ProblemsTab.tsx';
import { type PanelTab, useWindowState, windowStore } from './windowStore.ts';

const isPanelTab = (value: string | null): value is PanelTab => value === 'jobs' || value === 'log' || value === 'network' || value === 'problems';

/** Jobs, log, network ledger and problems; folded, its tabs stay as one line with their counts. */
export function BottomPanel() {
  const open = useWindowState(({ panelOpen }) => panelOpen);
  const tab = useWindowState(({ panelTab }) => panelTab);
  const jobs = useJobs().data ?? [];
  const status = useStatus().data;
  const { trusted = true, troubles = [] } = useProject().data ?? {};
  const problems = prepareProblems({ jobs, bases: useKnowledgeBases().data ?? [], status, trusted, troubles });
  const show = (value: string | null): void => {
    if (isPanelTab(value)) windowStore.setState({ panelTab: value, panelOpen: true });
  };
  return (
    <section className="panel-region" aria-label="Panel">
    <Tabs value={open ? tab : null} onChange={show} className="panel" variant="none">
      <div className="panel-head">
        <Tabs.List aria-label="Panel">
          <Tabs.Tab value="jobs">Jobs {jobs.filter(isActive).length}</Tabs.Tab>
          <Tabs.Tab value="log">Log</Tabs.Tab>
          <Tabs.Tab value="network">Network {status?.network.calls ?? 0}</Tabs.Tab>
          <Tabs.Tab value="problems">Problems {problems.length}</Tabs.Tab>
        </Tabs.List>
        <span className="grow" />
        {open ? (
          <ActionIcon aria-label="Hide the panel" onClick={() => windowStore.setState({ panelOpen: false })}>
            <CloseIcon size={14} />
          </ActionIcon>
        ) : null}
      </div>
      {open ? (
        // Focusable, so that a list longer than the panel scrolls with the keys; the log is so by itself.
        <>
          <Tabs.Panel value="jobs" tabIndex={0}>{tab === 'jobs' ? <JobsTab /> : null}</Tabs.Panel>
          <Tabs.Panel value="log">{tab === 'log' ? <LogTab /> : null}</Tabs.Panel>
          <Tabs.Panel value="network" tabIndex={0}>{tab === 'network' ? <NetworkTab /> : null}</Tabs.Panel>
          <Tabs.Panel value="problems" tabIndex={0}>{tab === 'problems' ? <ProblemsTab problems={problems} /> : null}</Tabs.Panel>
        </>
      ) : null}
    </Tabs>
    </section>
  );
}
