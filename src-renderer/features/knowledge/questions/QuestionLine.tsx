import { memo } from 'react';
import { StateMark } from '../../../ui/StateMark.tsx';
import type { QuestionRow } from './prepareQuestions.ts';

export interface QuestionLineDoes {
  readonly select: (index: number) => void;
  readonly toggle: (id: string) => void;
  readonly open: (index: number) => void;
}

export interface QuestionLineProps {
  readonly row: QuestionRow;
  readonly index: number;
  readonly start: number;
  readonly current: boolean;
  readonly taken: boolean;
  readonly does: QuestionLineDoes;
}

/** One of up to ten thousand rows: drawn again only when something of its own changes. */
export const QuestionLine = memo(function QuestionLine({ row, index, start, current, taken, does }: QuestionLineProps) {
  return (
    <div role="row" id={`question-row-${index}`} className="question-row document-line" style={{ transform: `translateY(${start}px)` }} aria-rowindex={index + 2} aria-selected={current || taken} data-current={current || undefined} onClick={() => does.select(index)} onDoubleClick={() => does.open(index)}>
      <div role="gridcell" className="cell-check">
        <input type="checkbox" className="check" checked={taken} onChange={() => does.toggle(row.id)} onClick={(event) => event.stopPropagation()} aria-label={`Select ${row.question}`} tabIndex={-1} />
      </div>
      <div role="gridcell" className="cell-state"><StateMark meaning={row.meaning} word={row.word} /></div>
      <div role="gridcell" className="cell-num">{row.rank}</div>
      <div role="gridcell" className="cell-file">
        <button type="button" className="plain clip document-name" title={row.question} tabIndex={-1} onClick={(event) => { event.stopPropagation(); does.select(index); does.open(index); }}>{row.question}</button>
      </div>
      <div role="gridcell" className="clip question-expected" title={row.problem === '' ? row.expected : `${row.problem}: ${row.expected}`}>
        {row.problem === '' ? row.expected : <StateMark meaning="warning" word={row.problem} />}
      </div>
      <div role="gridcell" className={`question-change ${row.change === 'lost' || row.change.startsWith('down') ? 'metric-worse' : 'metric-better'}`}>{row.change}</div>
      <div role="gridcell" className="cell-num question-confidence">{row.confidence}</div>
    </div>
  );
});
