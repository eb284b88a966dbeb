import type { EmbeddingMap } from '#contract/preview.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';

/** Colours of the largest groups, by token; the rest share the last. */
export const MAP_COLOURS = ['--l-chart-a', '--l-chart-b', '--l-chart-c', '--l-chart-d', '--l-chart-e', '--l-chart-f'] as const;
export const OTHER_COLOUR = '--l-chart-g';

export interface MapGroup {
  readonly name: string;
  readonly points: number;
  /** Name of a colour token. */
  readonly colour: string;
}

export interface MapView {
  readonly groups: readonly MapGroup[];
  /** Index into groups, by point. */
  readonly groupOf: readonly number[];
  /** Both axes from 0 to 1, the same scale in each, y downwards. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly caption: string;
}

/** Groups are the folders under the sources, else the sources; the six largest have a colour each. */
export function prepareMap(map: EmbeddingMap): MapView {
  const names = map.documents.map(groupName(map));
  const counts = new Map<string, number>();
  for (const at of map.document) counts.set(names[at] ?? '', (counts.get(names[at] ?? '') ?? 0) + 1);
  const ordered = [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const large = ordered.slice(0, ordered.length === MAP_COLOURS.length + 1 ? MAP_COLOURS.length + 1 : MAP_COLOURS.length);
  const rest = ordered.slice(large.length);
  const groups: MapGroup[] = large.map(([name, points], index) => ({ name, points, colour: MAP_COLOURS[index] ?? OTHER_COLOUR }));
  if (rest.length > 0) groups.push({ name: `${formatThings(rest.length, 'other folder')}`, points: rest.reduce((sum, [, points]) => sum + points, 0), colour: OTHER_COLOUR });
  const index = new Map(large.map(([name], at) => [name, at]));
  const [spanX, spanY] = [bounds(map.x), bounds(map.y)];
  const scale = Math.max(spanX.size, spanY.size, 1e-9);
  const place = (value: number, { low, size }: Bounds): number => (value - low + (scale - size) / 2) / scale;
  return {
    groups,
    groupOf: map.document.map((at) => index.get(names[at] ?? '') ?? groups.length - 1),
    x: map.x.map((value) => place(value, spanX)),
    y: map.y.map((value) => 1 - place(value, spanY)),
    caption: `${formatCount(map.x.length)}${map.x.length < map.of ? ` of ${formatCount(map.of)}` : ''} chunks · ${map.embedder} · the two axes hold ${percent(map.explained[0] + map.explained[1])} of the differences`,
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

interface Bounds {
  readonly low: number;
  readonly size: number;
}

function bounds(values: readonly number[]): Bounds {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? { low: 0, size: 0 } : { low, size: high - low };
}

/** One source: its folders tell more than its name. Several: the source. */
function groupName({ documents }: EmbeddingMap): (document: EmbeddingMap['documents'][number]) => string {
  const several = new Set(documents.map(({ source }) => source)).size > 1;
  return ({ source, file }) => (several ? lastPart(source) : file.includes('/') ? (file.split('/')[0] ?? '') : 'top folder');
}

const lastPart = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? path;

/** The point nearest to a place, within `reach`; -1 where none is. Same units as x and y. */
export function nearestPoint({ x, y }: Pick<MapView, 'x' | 'y'>, at: { readonly x: number; readonly y: number }, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let index = 0; index < x.length; index += 1) {
    const dx = (x[index] ?? 0) - at.x;
    const dy = (y[index] ?? 0) - at.y;
    const distance = dx * dx + dy * dy;
    if (distance <= least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
