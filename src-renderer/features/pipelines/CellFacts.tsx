import type { CellWhy } from '#contract/pipelines.ts';
import { toProblem } from '../../client/problem.ts';
import { useCellWhy } from '../../client/pipelineQueries.ts';
import { formatCount } from '../../lib/formatCount.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Facts, type Fact } from '../../ui/Facts.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';

/** What a cell's result depends on, and the tables that it gave. */
export function CellFacts({ slug, cell, run }: { slug: string; cell: string; run: string }) {
  const why = useCellWhy(slug, cell, run);
  if (why.error !== null) return <ErrorState title="The cell could not be looked at" {...toProblem(why.error)} />;
  if (why.data === undefined) return <LoadingRows rows={6} label="Loading what the cell depends on" />;
  return (
    <>
      <Facts title={cell} facts={[{ name: 'Kind', value: why.data.cell.kind }, { name: 'Last run', value: `${why.data.cell.state}: ${why.data.cell.reason}` }, ...keyFact(why.data)]} />
      {why.data.dependsOn.length === 0 ? null : <Facts title="Depends on" facts={why.data.dependsOn.map(toFact)} />}
      {why.data.tables.map(({ name, rows, columns, digest }) => (
        <Facts key={name} title={`Table ${name}`} facts={[{ name: 'Rows', value: formatCount(rows) }, { name: 'Digest', value: digest.slice(0, 12), mono: true, title: digest }, ...columns.map((column) => ({ name: column.name, value: column.type, mono: true }))]} />
      ))}
    </>
  );
}

function keyFact({ cell: { key } }: CellWhy): Fact[] {
  return key === null ? [] : [{ name: 'Key', value: key.slice(0, 12), mono: true, title: key }];
}

function toFact({ name, value, before }: CellWhy['dependsOn'][number]): Fact {
  const short = (text: string): string => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text);
  return { name: name.replaceAll('`', ''), value: before === null ? short(value) : `${short(value)} (was ${short(before)})`, mono: true, title: before === null ? value : `${value}\nbefore: ${before}` };
}
