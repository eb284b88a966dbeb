import type { ReactNode } from 'react';
import { WarnIcon } from '../../ui/icons.ts';
import type { BlockView, TextPiece } from './prepareBlocks.ts';

/** One block with its margin. Text only: nothing of a document is ever drawn as HTML. */
export function BlockLine({ block }: { block: BlockView }) {
  return (
    <>
      {block.page === null ? null : <div className="page-line">Page {block.page}</div>}
      <div className={`block ${block.odd ? 'block-odd' : 'block-even'}`}>
        <div className="block-margin">
          {block.chunks.map(({ label, title }) => (
            <span key={label} className="chunk-mark" title={title}>
              {label}
            </span>
          ))}
          {block.warnings.map((warning) => (
            <span key={warning} className="chunk-warning" title={warning}>
              <WarnIcon size={13} aria-hidden />
              <span className="hidden-text">{warning}</span>
            </span>
          ))}
        </div>
        {block.rows === null ? (
          <BlockText kind={block.kind} level={block.level} outlineLevel={block.outlineLevel} lines={block.lines}>
            <Pieces pieces={block.pieces} />
          </BlockText>
        ) : (
          <TableRows rows={block.rows} />
        )}
      </div>
    </>
  );
}

function Pieces({ pieces }: { pieces: readonly TextPiece[] }) {
  return pieces.map(({ start, text, marked }) =>
    marked ? (
      <mark key={start} className="quote-mark">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}

function TableRows({ rows }: { rows: NonNullable<BlockView['rows']> }) {
  return (
    <div className="block-table">
      <table className="table">
        <tbody>
          {rows.map((cells, row) => (
            // Rows and cells of a parsed document never change places.
            <tr key={row}>
              {cells.map((pieces, cell) => (
                <td key={cell}>
                  <Pieces pieces={pieces} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BlockText({ kind, level, outlineLevel, lines, children }: Pick<BlockView, 'kind' | 'level' | 'outlineLevel' | 'lines'> & { children: ReactNode }) {
  switch (kind) {
    case 'heading':
      return (
        <div role="heading" aria-level={outlineLevel} className={`block-heading block-heading-${Math.min(3, level)}`}>
          {children}
        </div>
      );
    case 'code':
      return <pre className="block-code">{children}</pre>;
    case 'quote':
      return <blockquote className="block-quote">{children}</blockquote>;
    default:
      return <p className={lines ? 'block-lines' : 'block-paragraph'}>{children}</p>;
  }
}
