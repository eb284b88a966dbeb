import type { Model } from '#contract/models.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import type { Meaning } from '../../ui/StateMark.tsx';

export type ModelDoes = 'get' | 'cancel' | 'remove' | 'unload';

export interface ModelRow {
  readonly slug: string;
  readonly name: string;
  readonly task: string;
  readonly meaning: Meaning;
  readonly word: string;
  readonly size: string;
  readonly memory: string;
  readonly fit: { readonly meaning: Meaning; readonly word: string; readonly title: string };
  readonly licence: string;
  readonly suggested: boolean;
  readonly note: string;
  /** How an embedder or reranker is used; empty for others. */
  readonly facts: string;
  readonly does: readonly ModelDoes[];
}

const TASKS = { text: 'Writes answers', embedding: 'Transformer vectors', 'static-embedding': 'Static vectors', reranker: 'Reranks passages' } as const;
const STATES: Record<Model['state'], { meaning: Meaning; word: string }> = {
  absent: { meaning: 'empty', word: 'Not here' },
  downloading: { meaning: 'running', word: 'Getting' },
  ready: { meaning: 'good', word: 'Ready' },
  damaged: { meaning: 'bad', word: 'Damaged' },
  missing: { meaning: 'missing', word: 'File gone' },
};

/** What is here first, then what is suggested, then the rest; within each by size. */
export function prepareModels(models: readonly Model[], freeMemoryBytes: number): ModelRow[] {
  const rank = ({ state, suggested }: Model): number => (state !== 'absent' ? 0 : suggested ? 1 : 2);
  return models
    .toSorted((a, b) => rank(a) - rank(b) || a.bytes - b.bytes)
    .map((model) => ({
      slug: model.slug,
      name: model.name,
      task: TASKS[model.task],
      ...(model.loaded && model.state === 'ready' ? { meaning: 'good' as const, word: 'In memory' } : STATES[model.state]),
      size: formatBytes(model.bytes),
      memory: formatBytes(model.memoryBytes),
      fit: fitOf(model, freeMemoryBytes),
      licence: model.licence,
      suggested: model.suggested,
      note: noteOf(model),
      facts: model.facts ?? '',
      does: doesOf(model),
    }));
}

function noteOf({ note, path, state }: Model): string {
  if (state === 'damaged') return 'Its digest is not the one that is expected. Remove it and get it again.';
  if (state === 'missing') return `${path ?? 'The file'} is no longer there.`;
  return path ?? note ?? '';
}

function fitOf({ fit, memoryBytes }: Model, freeBytes: number): ModelRow['fit'] {
  const figures = `Needs ${formatBytes(memoryBytes)} of memory, ${formatBytes(freeBytes)} are free.`;
  if (fit === 'fits') return { meaning: 'good', word: 'Fits', title: figures };
  if (fit === 'tight') return { meaning: 'warning', word: 'Tight', title: `${figures} Other programs may slow down.` };
  return { meaning: 'bad', word: 'Too large', title: `${figures} Choose a smaller one.` };
}

function doesOf({ state, loaded, path }: Model): ModelDoes[] {
  if (state === 'downloading') return ['cancel'];
  if (state === 'absent') return ['get'];
  if (state === 'damaged') return path === null ? ['get', 'remove'] : ['remove'];
  return loaded ? ['unload', 'remove'] : ['remove'];
}
