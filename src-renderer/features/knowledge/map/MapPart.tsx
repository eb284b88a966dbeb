import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { EmbeddingMap } from '#contract/preview.ts';
import { useEmbeddingMap } from '../../../client/previewQueries.ts';
import { toProblem } from '../../../client/problem.ts';
import { formatCount } from '../../../lib/formatCount.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { MapCanvas } from './MapCanvas.tsx';
import { prepareMap } from './prepareMap.ts';
import './map.css';

const MOST = 5000;

/** Where the chunks lie to one another by meaning. */
export function MapPart({ base }: { base: KnowledgeBase }) {
  const map = useEmbeddingMap(base.id, MOST);
  if (map.error !== null) return <ErrorState title="The map could not be drawn" {...toProblem(map.error)} action={<Button onClick={() => void map.refetch()}>Try again</Button>} />;
  if (map.data === undefined) return <LoadingRows rows={10} label="Finding the two main axes of the vectors" />;
  if (map.data.x.length === 0) return <EmptyState manual="knowledge-bases" title="Nothing to draw yet" sentence={`${base.name} has no chunk with a vector yet. The map appears when its first documents are embedded.`} />;
  return <Drawn map={map.data} />;
}

function Drawn({ map }: { map: EmbeddingMap }) {
  const port = useWindow();
  const view = useMemo(() => prepareMap(map), [map]);
  const [only, setOnly] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const open = (point: number): void => {
    const document = map.documents[map.document[point] ?? -1];
    const start = map.start[point];
    const end = map.end[point];
    if (document !== undefined && start !== undefined && end !== undefined) port.open({ place: 'document', documentId: document.documentId, name: document.file, start, end }, { beside: true });
  };
  return (
    <div className="map">
      <div className="map-legend" role="group" aria-label="Folders">
        {view.groups.map(({ name, points, colour }, index) => (
          <button key={name} type="button" className="plain map-group" aria-pressed={only === index} onClick={() => setOnly(only === index ? null : index)} title="Show only this one">
            <span className="map-swatch" style={{ background: `var(${colour})` }} aria-hidden />
            <span className="clip">{name}</span>
            <span className="num faint">{formatCount(points)}</span>
          </button>
        ))}
      </div>
      <MapCanvas map={map} view={view} only={only} at={at} onAt={setAt} onOpen={open} />
      <p className="map-caption dim">{view.caption}. Near means alike; what is far apart differs, but not everything that differs is far apart.</p>
    </div>
  );
}
