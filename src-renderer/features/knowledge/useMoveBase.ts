import { useState } from 'react';
import { z } from 'zod';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { KnowledgeId } from '#contract/ids.ts';
import { useMoveActions } from '../../client/moveQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useJobResult } from '../../client/useJobResult.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { useWindow } from '../../ui/windowPort.tsx';

const Exported = z.object({ file: z.string(), bytes: z.number(), documents: z.number() });
const Imported = z.object({ knowledgeId: KnowledgeId, name: z.string(), documents: z.number(), notes: z.array(z.string()) });

/** Carries a knowledge base to another project as one file. Both are jobs: their progress stands in Jobs, their result is told here. */
export function useMoveBase() {
  const port = useWindow();
  const { exportBase, importBase } = useMoveActions();
  const [exporting, setExporting] = useState<string | null>(null);
  const [importing, setImporting] = useState<string | null>(null);
  const onError = (error: unknown): void => {
    const { message, hint } = toProblem(error);
    port.notify({ text: hint === null ? message : `${message} ${hint}`, meaning: 'bad' });
  };
  const begun = (text: string): void => port.notify({ text, action: { label: 'Show jobs', run: () => port.showPanel('jobs') } });
  useJobResult(exporting, Exported, ({ file, bytes, documents }) => port.notify({ text: `Exported ${formatThings(documents, 'document')} to ${file}, ${formatBytes(bytes)}.`, meaning: 'good' }));
  useJobResult(importing, Imported, ({ knowledgeId, name, documents, notes }) =>
    port.notify({ text: [`Imported ${name} with ${formatThings(documents, 'document')}.`, ...notes].join(' '), meaning: 'good', action: { label: 'Show', run: () => port.replace({ place: 'knowledge', knowledgeId }) } }),
  );
  return {
    /** Asks for the folder; the file is named after the base, and one that is there already is refused. */
    async carryOut({ id, name, slug }: KnowledgeBase): Promise<void> {
      const [folder] = (await port.pick({ title: `Export ${name} as ${slug}.lathe-knowledge into`, what: 'folder', verb: 'Export' })) ?? [];
      if (folder === undefined) return;
      const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
      const to = `${folder.endsWith(separator) ? folder.slice(0, -1) : folder}${separator}${slug}.lathe-knowledge`;
      exportBase.mutate({ knowledgeId: id, to }, { onError, onSuccess: ({ job }) => { setExporting(job); begun(`Exporting ${name} to ${to}.`); } });
    },
    async carryIn(): Promise<void> {
      const [from] = (await port.pick({ title: 'Import a knowledge base from a .lathe-knowledge file', what: 'file', verb: 'Import' })) ?? [];
      if (from !== undefined) importBase.mutate(from, { onError, onSuccess: ({ job }) => { setImporting(job); begun(`Importing ${from}.`); } });
    },
  };
}
