import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../../base/appError.ts';
import { assembleDocument } from '../../assembleDocument.ts';
import type { Zip } from '../../zip/readZip.ts';
import type { FlowBlock } from '../blockFlow.ts';
import { officeTitle, readCoreProperties } from '../coreProperties.ts';
import { finishBlocks } from '../finishBlocks.ts';
import { OoxmlPackage, targetOf } from '../ooxmlPackage.ts';
import { SlideWalker } from './slideWalker.ts';

/** English Metric Units in a point. */
const EMU = 12_700;
const MAX_SLIDES = 10_000;

interface Show {
  /** Relation ids of the slides in their order. */
  readonly slides: string[];
  width: number;
  height: number;
}

interface Slide {
  readonly blocks: FlowBlock[];
  readonly hidden: boolean;
  readonly pictures: number;
}

/**
 * Reads a presentation: each slide is a page with its title as a heading, then its shapes, tables and diagrams, then
 * the speaker's notes.
 * @throws AppError DOCUMENT_NO_TEXT, and what its ZIP archive throws
 */
export function parsePptx(zip: Zip, name: string, warnings: ParseWarning[]): ParsedDocument {
  const source = new OoxmlPackage(zip, name, warnings);
  const main = source.mainPart('ppt/presentation.xml');
  const show = readShow(source, main);
  const relations = source.relations(main);
  const blocks: FlowBlock[] = [];
  const pages: { width: number; height: number; hasText: boolean }[] = [];
  const removed: Record<string, number> = {};
  let pictures = 0;
  for (const id of show.slides.slice(0, MAX_SLIDES)) {
    const part = relations.get(id)?.target;
    const page = pages.length + 1;
    const slide = part !== undefined && source.has(part) ? readSlide(source, part, { page, removed }) : null;
    if (!slide) warnings.push({ code: 'page-unreadable', message: 'This slide is missing from the file', page });
    if (slide?.hidden) warnings.push({ code: 'hidden-slide', message: 'This slide is hidden in the show; it was read', page });
    blocks.push(...(slide?.blocks ?? []));
    pictures += slide?.pictures ?? 0;
    pages.push({ width: show.width, height: show.height, hasText: (slide?.blocks.length ?? 0) > 0 });
  }
  if (show.slides.length > MAX_SLIDES) warnings.push({ code: 'truncated', message: `Only the first ${MAX_SLIDES.toLocaleString('en')} of ${show.slides.length.toLocaleString('en')} slides of ${name} were read` });
  const properties = readCoreProperties(source);
  const document = assembleDocument(finishBlocks(blocks), {
    format: 'pptx',
    title: officeTitle(properties.title, [blocks.find((block) => block.kind === 'heading')?.text], name),
    metadata: properties.metadata, language: properties.language, warnings, removed, pages,
  });
  if (document.blocks.length === 0) throw noText(name, pages.length, pictures);
  return document;
}

function readShow(source: OoxmlPackage, main: string): Show {
  const show: Show = { slides: [], width: 720, height: 540 };
  source.read(main, {
    open: (tag, attributes) => {
      if (tag === 'sldId' && attributes['r:id'] !== undefined) show.slides.push(attributes['r:id']);
      if (tag !== 'sldSz') return;
      show.width = Number(attributes['cx']) / EMU || show.width;
      show.height = Number(attributes['cy']) / EMU || show.height;
    },
    close: () => {},
    text: () => {},
  });
  return show;
}

function readSlide(source: OoxmlPackage, part: string, { page, removed }: { readonly page: number; readonly removed: Record<string, number> }): Slide | null {
  const walker = new SlideWalker();
  walker.flow.page = page;
  if (!source.readIfSound(part, walker)) return null;
  walker.flow.finish();
  const relations = source.relations(part);
  const blocks: FlowBlock[] = [];
  const title = walker.title.join(' ').trim();
  if (title !== '') blocks.push({ kind: 'heading', level: 2, text: title, page });
  blocks.push(...walker.flow.blocks);
  for (const id of walker.diagrams) {
    const diagram = readPart(source, relations.get(id)?.target, page);
    blocks.push(...(diagram?.flow.blocks ?? []).map((block): FlowBlock => ({ ...block, kind: 'list' })));
  }
  const notes = readPart(source, targetOf(relations, 'notesSlide'), page);
  blocks.push(...(notes?.flow.blocks ?? []).map((block): FlowBlock => ({ ...block, kind: block.kind === 'table' ? 'table' : 'quote' })));
  for (const counts of [walker.flow.removed, notes?.flow.removed ?? {}]) for (const [reason, count] of Object.entries(counts)) removed[reason] = (removed[reason] ?? 0) + count;
  return { blocks, hidden: walker.hidden, pictures: walker.pictures };
}

function readPart(source: OoxmlPackage, part: string | undefined, page: number): SlideWalker | null {
  if (part === undefined) return null;
  const walker = new SlideWalker();
  walker.flow.page = page;
  source.readIfSound(part, walker);
  walker.flow.finish();
  return walker;
}

function noText(name: string, slides: number, pictures: number): AppError {
  const what = slides === 0 ? 'it has no slides' : pictures > 0 ? `its ${slides === 1 ? 'slide holds' : `${slides} slides hold`} pictures only` : `its ${slides === 1 ? 'slide is empty or holds' : `${slides} slides are empty or hold`} drawings only`;
  return new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${what}`, pictures > 0 ? { hint: 'Run it through text recognition (OCR) and add the result.' } : {});
}
