import { Fragment } from 'react';
import { ArrowIcon } from '../../ui/icons.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import type { Lane } from './prepareHome.ts';

/** One row of boxes a knowledge base, left to right; a box opens what it stands for. */
export function LanePicture({ lanes }: { lanes: readonly Lane[] }) {
  const port = useWindow();
  if (lanes.length === 0) return <p className="dim">No knowledge base yet: documents, chunks, index and answers appear here as they come to exist.</p>;
  return (
    <div className="lanes">
      {lanes.map(({ key, name, boxes }) => (
        <div key={key} className="lane">
          <h3 className="lane-name clip" title={name}>{name}</h3>
          <div className="lane-boxes">
            {boxes.map((box, index) => (
              <Fragment key={box.title}>
                {index === 0 ? null : <ArrowIcon size={18} stroke={1.25} className="lane-arrow" aria-hidden />}
                <button type="button" className="plain lane-box" onClick={() => port.open(box.route)}>
                  <span className="lane-title">{box.title}</span>
                  <span className="lane-figure">{box.figure}</span>
                  <StateMark meaning={box.meaning} word={box.word} />
                  <span className="lane-detail faint">{box.detail}</span>
                </button>
              </Fragment>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
