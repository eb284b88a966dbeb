import type { Model } from '#contract/models.ts';
import type { QuestionOutcome } from '#contract/questions.ts';
import type { Snapshot, SnapshotComparison, SnapshotState } from '#contract/snapshots.ts';
import type { StageProgress } from '#contract/stages.ts';
import { formatBytes } from '../../../lib/formatBytes.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';
import { formatExact, formatRelative } from '../../../lib/formatTime.ts';
import type { Meaning } from '../../../ui/StateMark.tsx';

const STATES: Record<SnapshotState, { readonly meaning: Meaning; readonly word: string }> = {
  building: { meaning: 'running', word: 'Building' },
  ready: { meaning: 'waiting', word: 'Ready to serve' },
  serving: { meaning: 'good', word: 'Serving' },
  former: { meaning: 'stopped', word: 'Former' },
  failed: { meaning: 'bad', word: 'Failed' },
};

export interface SnapshotRow {
  readonly id: Snapshot['id'];
  readonly meaning: Meaning;
  readonly word: string;
  readonly name: string;
  readonly chunks: string;
  readonly vectors: string;
  readonly fraction: number | null;
  readonly disk: string;
  readonly behind: string;
  readonly when: string;
  readonly whenTitle: string;
  readonly failure: string;
  readonly can: { readonly swap: boolean; readonly undo: boolean; readonly compare: boolean; readonly purge: boolean; readonly pause: boolean; readonly resume: boolean };
}

/** `hasFormer` of the whole list decides whether a swap can be taken back. */
export function prepareSnapshots(snapshots: readonly Snapshot[], nowMs: number): SnapshotRow[] {
  const newestFormer = snapshots.filter(({ state }) => state === 'former').toSorted((a, b) => (b.servedUntilMs ?? 0) - (a.servedUntilMs ?? 0))[0];
  return snapshots.map((snapshot) => {
    const { state, vectors, behind } = snapshot;
    const whole = state === 'ready' || state === 'serving' || state === 'former';
    return {
      id: snapshot.id,
      ...STATES[state],
      name: `${snapshot.embedder} · ${formatCount(snapshot.maxTokens)} tokens`,
      chunks: formatCount(snapshot.chunks),
      vectors: vectorWords(vectors),
      fraction: vectors.state === 'complete' || vectors.total === 0 ? null : vectors.done / vectors.total,
      disk: formatBytes(snapshot.bytes),
      behind: behind === 0 ? '' : formatThings(behind, 'document'),
      when: state === 'serving' && snapshot.servedFromMs !== null ? `since ${formatRelative(snapshot.servedFromMs, nowMs)}` : state === 'former' && snapshot.servedUntilMs !== null ? `until ${formatRelative(snapshot.servedUntilMs, nowMs)}` : `made ${formatRelative(snapshot.createdAtMs, nowMs)}`,
      whenTitle: formatExact(snapshot.servedFromMs ?? snapshot.createdAtMs),
      failure: snapshot.failure ?? '',
      can: {
        swap: state === 'ready',
        undo: snapshot.id === newestFormer?.id,
        compare: whole && state !== 'serving',
        purge: state !== 'serving' && state !== 'building',
        pause: vectors.state === 'running' || (vectors.state === 'waiting' && whole),
        resume: vectors.state === 'paused',
      },
    };
  });
}

function vectorWords({ state, done, total }: StageProgress): string {
  if (state === 'complete') return 'complete';
  const share = total === 0 ? 0 : Math.floor((done / total) * 100);
  return `${share} %${state === 'paused' ? ', paused' : state === 'waiting' ? ', waiting' : ''}`;
}

/** Embedders that another index could be made with; those on this machine first. */
export function embedderChoices(models: readonly Model[]): { readonly value: string; readonly label: string }[] {
  return models
    .filter(({ task, fit }) => task === 'embedding' && fit !== 'too-large')
    .toSorted((a, b) => Number(b.state === 'ready') - Number(a.state === 'ready') || a.name.localeCompare(b.name))
    .map(({ slug, name, state, bytes }) => ({ value: slug, label: state === 'ready' ? name : `${name} (${formatBytes(bytes)} to get)` }));
}

export interface ComparisonView {
  readonly headline: string;
  readonly meaning: Meaning;
  readonly interval: string;
  /** Which side was searched without its transformer vectors: its figures are lower for that alone. Null = neither. */
  readonly partial: string | null;
  readonly disk: string;
  readonly gained: readonly { readonly id: string; readonly question: string; readonly change: string }[];
  readonly lost: readonly { readonly id: string; readonly question: string; readonly change: string }[];
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

/** An interval that holds zero decides nothing, and says so. */
export function prepareComparison({ gain, questions, bytes, gained, lost, vectorsComplete }: SnapshotComparison): ComparisonView {
  const without = [...(vectorsComplete.before ? [] : ['the one that serves']), ...(vectorsComplete.after ? [] : ['the new one'])];
  const sure = gain.low > 0 ? 'better' : gain.high < 0 ? 'worse' : null;
  const disk = bytes.after - bytes.before;
  return {
    headline: sure === null ? `No difference that ${formatThings(questions, 'question')} could tell` : `${sure === 'better' ? 'Better' : 'Worse'} on ${formatThings(questions, 'question')}`,
    meaning: sure === null ? 'warning' : sure === 'better' ? 'good' : 'bad',
    interval: `Mean reciprocal rank ${signed(gain.mean)}, 95 % between ${signed(gain.low)} and ${signed(gain.high)}`,
    partial: without.length === 0 ? null : `Transformer vectors are not complete in ${without.join(' and ')}: compare again when they are.`,
    disk: `${formatBytes(bytes.after)} on disk instead of ${formatBytes(bytes.before)} (${disk < 0 ? '−' : '+'}${formatBytes(Math.abs(disk))})`,
    gained: gained.map(({ questionId, question, before, after }) => ({ id: questionId, question, change: `${place(before)} → ${place(after)}` })),
    lost: lost.map(({ questionId, question, before, after }) => ({ id: questionId, question, change: `${place(before)} → ${place(after)}` })),
  };
}

function place({ passageRank, answerable }: QuestionOutcome): string {
  if (!answerable) return 'declined';
  return passageRank === null ? 'not found' : `place ${passageRank}`;
}
