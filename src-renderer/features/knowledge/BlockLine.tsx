import { WarnIcon } from '../../ui/icons.ts';
import type { BlockView } from './prepareBlocks.ts';

/** One block with its margin. Text only: nothing of a document is ever drawn as HTML. */
export function BlockLine({ block }: { block: BlockView }) {
  const pieces = block.pieces.map(({ start, text, marked }) =>
    marked ? (
      <mark key={start} className="quote-mark">
        {text}
      </mark>
    ) : (
      text
    ),
  );
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
        <BlockText kind={block.kind} level={block.level}>
          {pieces}
        </BlockText>
      </div>
    </>
  );
}

function BlockText({ kind, level, children }: { kind: BlockView['kind']; level: number; children: React.ReactNode }) {
  switch (kind) {
    case 'heading':
      return (
        <div role="heading" aria-level={Math.min(6, level + 1)} className={`block-heading block-heading-${Math.min(3, level)}`}>
          {children}
        </div>
      );
    case 'code':
      return <pre className="block-code">{children}</pre>;
    case 'table':
      return <pre className="block-code block-table">{children}</pre>;
    case 'quote':
      return <blockquote className="block-quote">{children}</blockquote>;
    default:
      return <p className="block-paragraph">{children}</p>;
  }
}
