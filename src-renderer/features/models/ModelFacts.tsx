import { useModels } from '../../client/modelQueries.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { Digest } from '../../ui/Digest.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { prepareModels } from './prepareModels.ts';

/** A model in the inspector. */
export function ModelFacts({ slug }: { slug: string }) {
  const { data } = useModels();
  const model = data?.models.find((other) => other.slug === slug);
  const row = data === undefined || model === undefined ? undefined : prepareModels([model], data.freeMemoryBytes)[0];
  if (data === undefined || model === undefined || row === undefined) return <p className="inspector-empty">This model is no longer listed.</p>;
  return (
    <>
      <Facts
        title="Model"
        facts={[
          { name: 'Name', value: model.name },
          { name: 'Slug', value: model.slug, mono: true },
          { name: 'State', value: <StateMark meaning={row.meaning} word={row.word} /> },
          { name: 'Task', value: row.task },
          { name: 'Licence', value: model.licence },
          { name: 'Digest', value: <Digest value={model.digest} /> },
          ...(row.facts === '' ? [] : [{ name: 'Use', value: row.facts }]),
          ...(row.note === '' ? [] : [{ name: 'Note', value: row.note }]),
        ]}
      />
      <Facts
        title="What it needs"
        facts={[
          { name: 'Disk', value: row.size },
          { name: 'Memory', value: row.memory },
          { name: 'Free now', value: formatBytes(data.freeMemoryBytes) },
          { name: 'Fit', value: <StateMark meaning={row.fit.meaning} word={row.fit.word} /> },
        ]}
      />
      <Facts title="Where" facts={[{ name: model.path === null ? 'Folder' : 'File', value: model.path ?? data.folder, mono: true }]} />
    </>
  );
}
