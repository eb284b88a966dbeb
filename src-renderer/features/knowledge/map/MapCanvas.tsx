import { useEffect, useRef, useState } from 'react';
import type { EmbeddingMap } from '#contract/preview.ts';
import { type MapView, nearestPoint } from './prepareMap.ts';

export interface MapCanvasProps {
  readonly map: EmbeddingMap;
  readonly view: MapView;
  /** Groups that are drawn strongly; null = all. */
  readonly only: number | null;
  readonly at: number | null;
  readonly onAt: (point: number | null) => void;
  readonly onOpen: (point: number) => void;
}

const MARGIN_PX = 20;
const DOT_PX = 2.75;
const REACH_PX = 12;

/** Thousands of dots on a canvas; the one under the pointer, or reached by the arrow keys, tells what it is. */
export function MapCanvas({ map, view, only, at, onAt, onOpen }: MapCanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  // Outside system: the size of the frame, and the theme whose colours are drawn.
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    const themes = new MutationObserver(() => setTheme((count) => count + 1));
    themes.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      observer.disconnect();
      themes.disconnect();
    };
  }, []);
  const side = Math.max(1, Math.min(size.width, size.height) - 2 * MARGIN_PX);
  const [left, top] = [(size.width - side) / 2, (size.height - side) / 2];
  const toX = (index: number): number => left + (view.x[index] ?? 0) * side;
  const toY = (index: number): number => top + (view.y[index] ?? 0) * side;
  // Outside system: the canvas.
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen == null || size.width === 0) return;
    const density = window.devicePixelRatio;
    element.width = size.width * density;
    element.height = size.height * density;
    pen.scale(density, density);
    pen.clearRect(0, 0, size.width, size.height);
    const style = getComputedStyle(document.documentElement);
    view.groups.forEach(({ colour }, group) => {
      pen.fillStyle = style.getPropertyValue(colour);
      pen.globalAlpha = only === null || only === group ? 0.75 : 0.07;
      for (let index = 0; index < view.x.length; index += 1) {
        if (view.groupOf[index] !== group) continue;
        pen.beginPath();
        pen.arc(toX(index), toY(index), DOT_PX, 0, 2 * Math.PI);
        pen.fill();
      }
    });
  }, [view, size, only, theme]);
  const find = (event: { clientX: number; clientY: number }): number => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return -1;
    return nearestPoint(view, { x: (event.clientX - box.left - left) / side, y: (event.clientY - box.top - top) / side }, REACH_PX / side);
  };
  const step = (key: string): number | null => {
    const count = view.x.length;
    if (count === 0) return null;
    if (key === 'ArrowRight' || key === 'ArrowDown' || key === 'j') return at === null ? 0 : (at + 1) % count;
    if (key === 'ArrowLeft' || key === 'ArrowUp' || key === 'k') return at === null ? count - 1 : (at + count - 1) % count;
    return null;
  };
  const shown = at === null ? undefined : map.documents[map.document[at] ?? -1];
  return (
    <div
      ref={frame}
      className="map-frame"
      tabIndex={0}
      role="application"
      aria-label={`Map of ${view.x.length} chunks. Arrow keys go from chunk to chunk, Enter opens the document.`}
      onKeyDown={(event) => {
        const next = step(event.key);
        if (next !== null) onAt(next);
        else if (event.key === 'Enter' && at !== null) onOpen(at);
        else if (event.key === 'Escape') onAt(null);
        else return;
        event.preventDefault();
      }}
    >
      <canvas
        ref={canvas}
        style={{ width: size.width, height: size.height }}
        aria-hidden
        onPointerMove={(event) => { const found = find(event); onAt(found < 0 ? null : found); }}
        onPointerLeave={() => onAt(null)}
        onClick={(event) => { const found = find(event); if (found >= 0) onOpen(found); }}
      />
      {at === null || shown === undefined ? null : (
        <>
          <span className="map-ring" style={{ left: toX(at), top: toY(at) }} aria-hidden />
          <div className="map-note" style={toX(at) > size.width / 2 ? { right: size.width - toX(at) + 12, top: Math.min(toY(at), size.height - 130) } : { left: toX(at) + 12, top: Math.min(toY(at), size.height - 130) }}>
            <p className="map-file clip">{shown.file}</p>
            <p className="map-preview">{map.previews[at]}</p>
          </div>
        </>
      )}
      <p className="hidden-text" aria-live="polite">{at === null || shown === undefined ? '' : `${shown.file}: ${(map.previews[at] ?? '').slice(0, 120)}`}</p>
    </div>
  );
}
