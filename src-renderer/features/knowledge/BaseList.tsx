import { useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useJobs } from '../../client/systemQueries.ts';
import { formatCount } from '../../lib/formatCount.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { CreateBase } from './CreateBase.tsx';
import { baseState } from './prepareDocuments.ts';

/** The knowledge bases of the project; J/K and Enter. */
export function BaseList({ bases, selected }: { bases: readonly KnowledgeBase[]; selected: string }) {
  const port = useWindow();
  const jobs = useJobs().data ?? [];
  const [at, setAt] = useState(() => Math.max(0, bases.findIndex(({ id }) => id === selected)));
  const open = (index: number): void => {
    const base = bases[index];
    if (base !== undefined) port.replace({ place: 'knowledge', knowledgeId: base.id });
  };
  return (
    <nav className="base-list" aria-label="Knowledge bases">
      <div onKeyDown={listKeyHandler({ count: bases.length, at, onMove: (index) => { setAt(index); document.getElementById(`base-${index}`)?.focus(); }, onOpen: open })}>
        {bases.map((base, index) => (
          <button key={base.id} id={`base-${index}`} type="button" className="plain base-item" aria-current={base.id === selected ? 'true' : undefined} onClick={() => open(index)} onFocus={() => setAt(index)} tabIndex={index === at ? 0 : -1}>
            <StateMark {...baseState(base, jobs.find(({ id }) => id === base.job)?.state)} iconOnly />
            <span className="clip grow" title={base.name}>{base.name}</span>
            <span className="num faint">{formatCount(base.documents.total)}</span>
          </button>
        ))}
      </div>
      <CreateBase />
    </nav>
  );
}
