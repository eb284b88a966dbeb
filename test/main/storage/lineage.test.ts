import { describe, expect, it } from 'vitest';
import { addLineageEdges, lineageBackward, lineageForward, type LineageEdge, type LineageNode } from '../../../src-main/storage/lineage.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';

leakCheck();

const node = (text: string): LineageNode => {
  const [kind = '', key = ''] = text.split(':');
  return { kind, key };
};
const edge = (from: string, to: string, role = 'used'): LineageEdge => ({ from: node(from), to: node(to), role });
const names = (nodes: readonly LineageNode[]) => nodes.map((one) => `${one.kind}:${one.key}`);

const EDGES = [edge('answer:1', 'document:a', 'cited'), edge('answer:1', 'model:m', 'written by'), edge('answer:2', 'document:a', 'cited'), edge('document:a', 'file:x', 'parsed'), edge('document:b', 'file:y', 'parsed')];

describe('lineage', () => {
  it('answers forward why a thing is what it is, backward what depends on it', async () => {
    const database = await openTestDatabase();
    await database.run(addLineageEdges, EDGES);
    const why = await database.run(lineageForward, { node: node('answer:1'), limit: 100 });
    expect(names(why.nodes)).toEqual(['answer:1', 'document:a', 'model:m', 'file:x']);
    expect(why.edges).toEqual([EDGES[0], EDGES[1], EDGES[3]]);
    expect(why.truncated).toBe(false);
    const dependents = await database.run(lineageBackward, { node: node('file:x'), limit: 100 });
    expect(names(dependents.nodes).toSorted()).toEqual(['answer:1', 'answer:2', 'document:a', 'file:x']);
    expect(dependents.edges).toHaveLength(3);
    await database.close();
  });

  it('adds what is there without a second copy', async () => {
    const database = await openTestDatabase();
    await Promise.all([database.run(addLineageEdges, EDGES), database.run(addLineageEdges, EDGES)]);
    expect((await database.run(lineageForward, { node: node('answer:1'), limit: 100 })).edges).toHaveLength(3);
    await database.close();
  });

  it('knows nothing of a thing it never saw, tells kinds apart, and ends on cycles', async () => {
    const database = await openTestDatabase();
    await database.run(addLineageEdges, [edge('run:1', 'run:2'), edge('run:2', 'run:3'), edge('run:3', 'run:1')]);
    expect(await database.run(lineageForward, { node: node('model:1'), limit: 10 })).toEqual({ nodes: [], edges: [], truncated: false });
    const round = await database.run(lineageForward, { node: node('run:2'), limit: 10 });
    expect(names(round.nodes)).toEqual(['run:2', 'run:3', 'run:1']);
    expect(round.edges).toHaveLength(3);
    await database.close();
  });

  it('stops at the limit with the nearest, and says so', async () => {
    const database = await openTestDatabase();
    await database.run(addLineageEdges, Array.from({ length: 50 }, (_, index) => edge(`step:${index}`, `step:${index + 1}`)));
    const found = await database.run(lineageForward, { node: node('step:0'), limit: 5 });
    expect(names(found.nodes)).toEqual(['step:0', 'step:1', 'step:2', 'step:3', 'step:4']);
    expect(found.edges).toHaveLength(4);
    expect(found.truncated).toBe(true);
    await database.close();
  });
});
