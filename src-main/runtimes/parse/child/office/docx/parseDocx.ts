import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../../base/appError.ts';
import { assembleDocument } from '../../assembleDocument.ts';
import type { Zip } from '../../zip/readZip.ts';
import type { FlowBlock } from '../blockFlow.ts';
import { officeTitle, readCoreProperties } from '../coreProperties.ts';
import { finishBlocks } from '../finishBlocks.ts';
import { OoxmlPackage, targetOf, type Relation } from '../ooxmlPackage.ts';
import { DocxStyles } from './docxStyles.ts';
import { DocxWalker } from './docxWalker.ts';

/** Headers and footers that are looked at, to count what is left out. */
const MOST_MARGINS = 1_000;

/**
 * Reads a Word document's text: paragraphs, lists, tables, text boxes, with notes and comments after what they belong
 * to. Headers and footers are counted and left out. Macros, pictures and outside templates are not looked at.
 * @throws AppError DOCUMENT_NO_TEXT, and what its ZIP archive throws
 */
export function parseDocx(zip: Zip, name: string, warnings: ParseWarning[]): ParsedDocument {
  const source = new OoxmlPackage(zip, name, warnings);
  const main = source.mainPart('word/document.xml');
  const relations = source.relations(main);
  const styles = new DocxStyles();
  styles.read(source, targetOf(relations, 'styles') ?? 'word/styles.xml');
  const notes = new Map<string, FlowBlock[]>();
  const walker = new DocxWalker(styles, notes);
  for (const kind of ['footnotes', 'endnotes', 'comments']) readNotes(source, relations, { kind, styles, notes, walker });
  source.read(main, walker);
  walker.flow.finish();
  const margins = new Map([...relations.values()].filter(({ type }) => type === 'header' || type === 'footer').map(({ type, target }) => [target, type]));
  for (const [target, type] of [...margins].slice(0, MOST_MARGINS)) {
    walker.flow.remove(type === 'header' ? 'page-header' : 'page-footer', countText(source, target));
  }
  const blocks = finishBlocks(walker.flow.blocks);
  const properties = readCoreProperties(source);
  const heading = blocks.find((block) => block.kind === 'heading' && block.reason === undefined)?.text;
  const document = assembleDocument(blocks, {
    format: 'docx',
    title: officeTitle(properties.title, [walker.title, heading], name),
    metadata: properties.metadata,
    language: properties.language ?? styles.language,
    warnings,
    removed: walker.flow.removed,
  });
  if (document.blocks.length === 0) throw noText(name, zip);
  return document;
}

interface NotesTarget {
  readonly kind: string;
  readonly styles: DocxStyles;
  readonly notes: Map<string, FlowBlock[]>;
  readonly walker: DocxWalker;
}

function readNotes(source: OoxmlPackage, relations: ReadonlyMap<string, Relation>, { kind, styles, notes, walker }: NotesTarget): void {
  const part = targetOf(relations, kind);
  if (part === undefined) return;
  const reader = new DocxWalker(styles, new Map());
  source.readIfSound(part, reader);
  for (const [key, blocks] of reader.notes) notes.set(key, blocks);
  for (const [reason, count] of Object.entries(reader.flow.removed)) walker.flow.remove(reason, count);
}

function countText(source: OoxmlPackage, part: string): number {
  let count = 0;
  let inText = false;
  source.readIfSound(part, {
    open: (tag) => void (inText = tag === 't'),
    close: () => void (inText = false),
    text: (piece) => void (count += inText ? piece.trim().length : 0),
  });
  return count;
}

function noText(name: string, zip: Zip): AppError {
  const pictures = zip.entries.filter((entry) => /(?:^|[/\\])media[/\\]./i.test(entry.name)).length;
  return new AppError('DOCUMENT_NO_TEXT', pictures > 0 ? `${name} has no text: it holds ${pictures === 1 ? 'a picture' : `${pictures} pictures`} and nothing else` : `${name} has no text: its pages are empty`, pictures > 0 ? { hint: 'Run it through text recognition (OCR) and add the result.' } : {});
}
