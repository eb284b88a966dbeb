import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { assembleDocument } from '../assembleDocument.ts';
import { officeTitle } from '../office/coreProperties.ts';
import { finishBlocks } from '../office/finishBlocks.ts';
import type { Zip } from '../zip/readZip.ts';
import { noOdfText, OdfPackage } from './odfPackage.ts';
import { OdfStyles } from './odfStyles.ts';
import { OdfWalker } from './odfWalker.ts';

/**
 * Reads an OpenDocument text (ODT) or presentation and drawing (ODP, each page a slide), OpenOffice 1's kinds included.
 * @throws AppError DOCUMENT_ENCRYPTED, _DAMAGED, _NO_TEXT, and what its ZIP archive throws
 */
export function parseOdt(zip: Zip, name: string, { format, warnings }: { readonly format: 'odt' | 'odp'; readonly warnings: ParseWarning[] }): ParsedDocument {
  const source = new OdfPackage(zip, name, warnings);
  const styles = new OdfStyles();
  source.readIfSound('styles.xml', styles);
  const walker = new OdfWalker(styles);
  // Automatic styles stand before the text that they are for: one pass serves both.
  source.read('content.xml', {
    open: (tag, attributes) => {
      styles.open(tag, attributes);
      walker.open(tag, attributes);
    },
    close: (tag) => {
      styles.close(tag);
      walker.close(tag);
    },
    text: (piece) => walker.text(piece),
  });
  walker.flow.finish();
  warnings.push(...walker.warnings);
  walker.flow.remove('page-header', styles.margins.header);
  walker.flow.remove('page-footer', styles.margins.footer);
  const blocks = finishBlocks(walker.flow.blocks);
  const properties = source.properties();
  const heading = blocks.find((block) => block.kind === 'heading' && block.reason === undefined)?.text;
  const size = styles.page ?? { width: 720, height: 540 };
  const document = assembleDocument(blocks, {
    format, warnings,
    title: officeTitle(properties.title, [walker.title, heading], name),
    metadata: properties.metadata,
    language: properties.language ?? styles.language,
    removed: walker.flow.removed,
    ...(walker.pagesWithText.length > 0 ? { pages: walker.pagesWithText.map((hasText) => ({ ...size, hasText })) } : {}),
  });
  if (document.blocks.length === 0) throw noOdfText(source);
  return document;
}
