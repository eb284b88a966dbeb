import { sql as fragment, type CompiledQuery } from 'kysely';
import { readCommand, tables, writeCommand, type Command, type Sql } from './command.ts';

/**
 * Owns the graph of what was made from what. An edge leads from a thing to what it was made from: forward answers "why this",
 * backward "what depends on this". Nodes are aggregates (file, snapshot, answer …), never chunks, rows or spans.
 */
export interface LineageNode {
  readonly kind: string;
  /** SHA-256 for content, an id for events. */
  readonly key: string;
}

export interface LineageEdge {
  readonly from: LineageNode;
  readonly to: LineageNode;
  /** How `from` used `to`: "parsed", "cited", "trained on" … */
  readonly role: string;
}

export interface LineageGraph {
  /** In order of distance from the start, which comes first. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** There is more than was asked for. */
  readonly truncated: boolean;
}

interface LineageTables {
  lineage_nodes: { id: number; kind: string; key: string };
  lineage_edges: { from_id: number; to_id: number; role: string };
}

const db = tables<LineageTables>();

/** Adding what is there changes nothing. Also for use inside other write commands, by its `run`. */
export const addLineageEdges = writeCommand('lineage.add', (sql, edges: readonly LineageEdge[]): void => {
  const ids = new Map<string, number>();
  for (const edge of edges) {
    const row = { from_id: intern(sql, ids, edge.from), to_id: intern(sql, ids, edge.to), role: edge.role };
    sql.run(db.insertInto('lineage_edges').values(row).onConflict((conflict) => conflict.doNothing()));
  }
});

function intern(sql: Sql, ids: Map<string, number>, node: LineageNode): number {
  const name = `${node.kind}\n${node.key}`;
  const known = ids.get(name) ?? findNode(sql, node);
  const id = known ?? Number(sql.run(db.insertInto('lineage_nodes').values({ kind: node.kind, key: node.key } as LineageTables['lineage_nodes'])).lastInsertRowid);
  ids.set(name, id);
  return id;
}

function findNode(sql: Sql, node: LineageNode): number | undefined {
  return sql.first(db.selectFrom('lineage_nodes').select('id').where('kind', '=', node.kind).where('key', '=', node.key))?.id;
}

export interface LineageRequest {
  readonly node: LineageNode;
  /** Most nodes returned. */
  readonly limit: number;
}

/** Everything that the node was made from, directly or not. */
export const lineageForward = readCommand('lineage.forward', (sql, request: LineageRequest): LineageGraph => walk(sql, request, { near: 'from_id', far: 'to_id' }));

/** Everything that was made from the node, directly or not. */
export const lineageBackward = readCommand('lineage.backward', (sql, request: LineageRequest): LineageGraph => walk(sql, request, { near: 'to_id', far: 'from_id' }));

interface Direction {
  readonly near: 'from_id' | 'to_id';
  readonly far: 'from_id' | 'to_id';
}

function walk(sql: Sql, { node, limit }: LineageRequest, direction: Direction): LineageGraph {
  const start = findNode(sql, node);
  if (start === undefined) return { nodes: [], edges: [], truncated: false };
  const found = sql.all(reachQuery(start, limit + 1, direction));
  const kept = found.slice(0, limit);
  const byId = new Map(kept.map((row) => [row.id, { kind: row.kind, key: row.key }]));
  const edges = kept.length === 0 ? [] : sql.all(edgesQuery(kept.map((row) => row.id), direction));
  return {
    nodes: kept.map(({ kind, key }) => ({ kind, key })),
    edges: edges.flatMap((edge) => {
      const from = byId.get(edge.from_id);
      const to = byId.get(edge.to_id);
      return from && to ? [{ from, to, role: edge.role }] : [];
    }),
    truncated: found.length > limit,
  };
}

/** UNION drops nodes seen before, so cycles end; without ORDER BY SQLite takes its queue first in, first out: by distance. */
function reachQuery(start: number, limit: number, { near, far }: Direction): CompiledQuery<{ id: number; kind: string; key: string }> {
  return fragment<{ id: number; kind: string; key: string }>`
    WITH RECURSIVE reached (id) AS (
      SELECT ${start}
      UNION
      SELECT edge.${fragment.ref(far)} FROM reached JOIN lineage_edges AS edge ON edge.${fragment.ref(near)} = reached.id
      LIMIT ${limit}
    )
    SELECT node.id, node.kind, node.key FROM reached CROSS JOIN lineage_nodes AS node ON node.id = reached.id`.compile(db);
}

function edgesQuery(ids: readonly number[], { near }: Direction): CompiledQuery<LineageTables['lineage_edges']> {
  return fragment<LineageTables['lineage_edges']>`
    SELECT edge.from_id, edge.to_id, edge.role
    FROM json_each(${JSON.stringify(ids)}) AS wanted CROSS JOIN lineage_edges AS edge ON edge.${fragment.ref(near)} = wanted.value`.compile(db);
}

export const lineageCommands: readonly Command[] = [addLineageEdges, lineageForward, lineageBackward];
