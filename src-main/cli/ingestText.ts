import type { KnowledgeBase, KnowledgeDocument } from '#contract/knowledge.ts';
import { nameOnOneLine } from './terminal.ts';

/** Documents that a reader is shown; all of them are in the JSON. */
const SHOWN = 200;

/** What an ingestion did, and the documents that are not, or not quite, as their files. */
export function ingestLines(result: Readonly<Record<string, unknown>>, documents: readonly KnowledgeDocument[]): string[] {
  const count = (name: string): number => Number(result[name] ?? 0);
  const vectors = result['vectors'] as { done: number; total: number };
  const passedOver = (result['passedOver'] ?? {}) as Readonly<Record<string, number>>;
  const problems = (result['problems'] ?? []) as readonly { path: string; reason: string }[];
  const told = documents.filter((document) => document.state === 'failed' || document.state === 'skipped' || document.warnings.length > 0);
  const aliases = count('aliases') === 0 ? '' : ` (${count('aliases')} of them with the text of another document, which is searched for them)`;
  return [
    `${count('ingested')} ingested${aliases}, ${count('unchanged')} unchanged, ${count('failed')} failed, ${count('skipped')} skipped, ${count('removed')} gone from disk; ${count('chunks')} new chunks`,
    `${vectors.done} of ${vectors.total} chunks have a transformer vector`,
    ...Object.entries(passedOver).map(([reason, files]) => `  passed over, ${reason}: ${files}`),
    ...problems.map(({ path, reason }) => `  passed over ${nameOnOneLine(path)}: ${reason}`),
    ...told.slice(0, SHOWN).map((document) => `  ${document.state.padEnd(7)} ${nameOnOneLine(document.file)}: ${document.reason ?? document.warnings.map((warning) => warning.message).join('; ')}`),
    ...(told.length > SHOWN ? [`  and ${told.length - SHOWN} more; all of them with --json`] : []),
  ];
}

/** That an ingestion made no transformer vectors because the person paused them, with the way on; null where it is not so. */
export function pausedVectors({ slug, stages: { vectors } }: Pick<KnowledgeBase, 'slug' | 'stages'>): string | null {
  if (vectors.state !== 'paused') return null;
  return `Transformer vectors are paused: ${vectors.total - vectors.done} chunks are searched without one. Go on with \`knowledge snapshot resume --knowledge ${slug}\`.`;
}
