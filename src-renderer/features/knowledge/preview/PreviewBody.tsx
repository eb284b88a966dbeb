import { useMemo } from 'react';
import type { ParsePreview } from '#contract/preview.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { WarnIcon } from '../../../ui/icons.ts';
import { DocumentText } from '../DocumentText.tsx';
import { previewAsView, removedLines, statedFacts } from './preparePreview.ts';

/** The text as it would be kept, with chunk borders; beside it what was warned of and what was taken out. */
export function PreviewBody({ preview }: { preview: ParsePreview }) {
  const view = useMemo(() => previewAsView(preview), [preview]);
  const removed = removedLines(preview);
  return (
    <div className="preview-body">
      <DocumentText view={view} marked={null} turned={null} onPage={() => undefined} />
      <aside className="preview-side" aria-label="What was found out" tabIndex={0}>
        {preview.warnings.length === 0 ? null : (
          <section className="facts">
            <h3 className="facts-title">Warnings</h3>
            {preview.warnings.map(({ code, message, page }) => (
              <p key={`${code}-${page ?? 0}-${message}`} className="preview-warning">
                <WarnIcon size={14} aria-hidden />
                <span>{page === undefined ? '' : `Page ${page}: `}{message}</span>
              </p>
            ))}
          </section>
        )}
        <Facts title="What it says of itself" facts={statedFacts(preview)} />
        {removed.length === 0 ? (
          <section className="facts"><h3 className="facts-title">Taken out</h3><p className="dim">Nothing: all of its text is kept.</p></section>
        ) : (
          <Facts title="Taken out" facts={removed.map(({ reason, amount }) => ({ name: reason, value: amount }))} />
        )}
      </aside>
    </div>
  );
}
