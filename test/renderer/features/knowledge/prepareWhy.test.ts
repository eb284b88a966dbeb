import { describe, expect, test } from 'vitest';
import { chunkPath, deepest, describeFilter, describePrompt, prepareChunks, prepareFunnel, prepareTimings } from '../../../../src-renderer/features/knowledge/why/prepareWhy.ts';
import { makeTrace } from '../../fakeKnowledge.ts';

const trace = makeTrace([]);
const nowhere = { text: null, vector: null, deep: null, fused: null, ranked: null, passage: null };

describe('the way of passages into an answer', () => {
  test('is counted stage by stage, with a dash for one that did not take part', () => {
    expect(prepareFunnel({ funnel: { ...trace.funnel, deep: null } }).map(({ count, title }) => `${count} ${title}`)).toEqual(['20 by words', '20 by static vectors', '– by transformer', '31 fused', '12 ranked', '6 found', '4 in the prompt', '3 cited']);
  });

  test('lists what was cited, then what was read, then what was found, then what was just missed, nearest first', () => {
    const rows = prepareChunks(trace);
    expect(rows.map(({ use }) => use)).toEqual([...Array(3).fill('cited'), 'prompt', 'found', 'found', ...Array(25).fill('missed')]);
    const ranked = rows.flatMap(({ chunk }) => (chunk.ranks.passage === null && chunk.ranks.ranked !== null ? [chunk.ranks.ranked] : []));
    expect(ranked).toEqual(ranked.toSorted((a, b) => a - b));
    expect(rows[0]?.fate).toMatch(/^cited \d$/);
    expect(rows.at(-1)?.fate).toBe('lost in fusion');
  });

  test('says of a chunk that is part of a passage in the prompt which passage it is, not that there was no room', () => {
    const [first, second, third] = trace.chunks;
    if (first === undefined || second === undefined || third === undefined) throw new Error('Expected three chunks');
    const at = (chunk: typeof first, passage: number, more: Partial<typeof first>) => ({ ...chunk, ...more, ranks: { ...nowhere, text: 1, fused: 1, ranked: 1, passage } });
    const parts = [at(first, 2, { inPrompt: true, cited: [] }), at(second, 2, { inPrompt: false, cited: [] }), at(third, 3, { inPrompt: false, cited: [] })];
    expect(prepareChunks({ chunks: parts }).map(({ fate }) => fate)).toEqual(['in the prompt, not cited', 'part of passage 2', 'no room in the prompt']);
    expect(prepareChunks({ chunks: [at(first, 1, { inPrompt: false, cited: [1] }), at(second, 1, { inPrompt: false, cited: [] })] }).map(({ fate }) => fate)).toEqual(['cited 1', 'part of passage 1']);
    // Where the passages themselves are the answer there was no prompt that could be full.
    expect(prepareChunks({ chunks: [at(third, 3, { inPrompt: false, cited: [] })], prompt: null }).map(({ fate }) => fate)).toEqual(['found, no model was asked']);
  });

  test('leads from each list into the fusion and from there in one line, and ends where the passage was lost', () => {
    expect(chunkPath({ ranks: { ...nowhere, text: 3, deep: 9, fused: 2, ranked: 4 }, inPrompt: false, cited: [] }).lines.map(([from, to]) => [from.column, from.rank, to.column, to.rank])).toEqual([[0, 3, 3, 2], [2, 9, 3, 2], [3, 2, 4, 4]]);
    expect(chunkPath({ ranks: { ...nowhere, vector: 7 }, inPrompt: false, cited: [] })).toEqual({ dots: [{ column: 1, rank: 7 }], lines: [] });
    const whole = chunkPath({ ranks: { text: 1, vector: 1, deep: 1, fused: 1, ranked: 1, passage: 2 }, inPrompt: true, cited: [1] });
    expect([whole.dots.length, whole.lines.length, whole.dots.at(-1)]).toEqual([8, 7, { column: 7, rank: 2 }]);
  });

  test('is as deep as the lowest place, and one where nothing was found', () => {
    expect([deepest(trace), deepest({ chunks: [] })]).toEqual([24, 1]);
  });

  test('says what the prompt took of the context, and that no model was asked', () => {
    expect(describePrompt(trace.prompt)).toBe('1,180 tokens of a context of 4,096, 2,916 left for the answer · at most 512 written · temperature 0 · seed 20261128');
    expect(describePrompt(null)).toBe('No model was asked.');
  });

  test('says in one line what the question was narrowed to', () => {
    expect(describeFilter({ format: ['csv', 'xlsx'], author: 'Ada', path: 'notes/', after: '2026-03-01', before: '2026-04-01' })).toBe('CSV or Excel · author Ada · notes/ · since 2026-03-01 · before 2026-04-01');
    expect(describeFilter({ language: ['de', 'en'] })).toBe('language de or en');
  });

  test('shows the longest time first and the whole last', () => {
    expect(prepareTimings({ search: 100, total: 1000, generate: 600 })).toEqual([{ name: 'Write', time: '600 ms', share: 0.6 }, { name: 'Search', time: '100 ms', share: 0.1 }, { name: 'Total', time: '1.0 s', share: 1 }]);
  });
});
