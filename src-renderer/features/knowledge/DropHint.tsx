import { type ReactNode, useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useIngest } from './useIngest.ts';

/** A browser never tells where a dropped file lies, so a drop leads to the path entry instead of failing silently. */
export function DropHint({ base, children }: { base: KnowledgeBase; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const ingest = useIngest(base);
  return (
    <section
      className="drop-area"
      aria-label={`Documents of ${base.name}`}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setOver(false);
      }}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(false);
        void ingest.add();
      }}
    >
      {children}
      {over ? (
        <div className="drop-hint">
          <p>Drop to choose by path. Lathe reads files in place, and a browser does not say where a dropped file lies.</p>
        </div>
      ) : null}
    </section>
  );
}
