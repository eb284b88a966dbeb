import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../../base/appError.ts';
import { assembleDocument } from '../../assembleDocument.ts';
import type { Zip } from '../../zip/readZip.ts';
import type { FlowBlock } from '../blockFlow.ts';
import { officeTitle, readCoreProperties } from '../coreProperties.ts';
import { finishBlocks } from '../finishBlocks.ts';
import { OoxmlPackage, targetOf } from '../ooxmlPackage.ts';
import { SheetReader, type SheetContext } from './sheetReader.ts';
import { readComments, readDrawing } from './sheetNotes.ts';
import { readFormats, readSharedStrings, readWorkbook } from './workbook.ts';

/** Cells with something in them that are read of one workbook. */
const MAX_CELLS = 5_000_000;
const MAX_SHEETS = 10_000;

/**
 * Reads a workbook: each sheet is a heading with its tables, cells as they are shown, then comments and text boxes on it.
 * Formulas give their last result; nothing is computed, and no link to another workbook is followed.
 * @throws AppError DOCUMENT_NO_TEXT, and what its ZIP archive throws
 */
export function parseXlsx(zip: Zip, name: string, warnings: ParseWarning[]): ParsedDocument {
  const source = new OoxmlPackage(zip, name, warnings);
  const main = source.mainPart('xl/workbook.xml');
  const relations = source.relations(main);
  const workbook = readWorkbook(source, main);
  const context: SheetContext = {
    strings: readSharedStrings(source, targetOf(relations, 'sharedStrings') ?? 'xl/sharedStrings.xml'),
    formats: readFormats(source, targetOf(relations, 'styles') ?? 'xl/styles.xml'),
    epoch1904: workbook.epoch1904,
    budget: { cells: MAX_CELLS },
  };
  const blocks: FlowBlock[] = [];
  let truncated = false;
  if (workbook.sheets.length > MAX_SHEETS) warnings.push({ code: 'truncated', message: `Only the first ${MAX_SHEETS.toLocaleString('en')} of ${workbook.sheets.length.toLocaleString('en')} sheets of ${name} were read` });
  for (const sheet of workbook.sheets.slice(0, MAX_SHEETS)) {
    const part = relations.get(sheet.relation ?? '')?.target;
    if (part === undefined || !source.has(part)) {
      warnings.push({ code: 'damaged-part', message: `The sheet "${sheet.name}" is missing from the file` });
      continue;
    }
    const reader = new SheetReader(context);
    source.readIfSound(part, reader);
    truncated ||= reader.truncated;
    const found = [...reader.blocks(), ...readComments(source, part), ...readDrawing(source, part)];
    if (found.length === 0) continue;
    if (sheet.hidden) warnings.push({ code: 'hidden-sheet', message: `The sheet "${sheet.name}" is hidden in the workbook; it was read` });
    blocks.push({ kind: 'heading', level: 2, text: sheet.name }, ...found);
  }
  if (truncated) warnings.push({ code: 'truncated', message: `Only the first ${MAX_CELLS.toLocaleString('en')} cells of ${name} were read` });
  if (blocks.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${workbook.sheets.length === 1 ? 'its sheet is empty or holds' : `its ${workbook.sheets.length} sheets are empty or hold`} charts and pictures only`);
  const properties = readCoreProperties(source);
  return assembleDocument(finishBlocks(blocks), { format: 'xlsx', title: officeTitle(properties.title, [], name), metadata: properties.metadata, language: properties.language, warnings });
}
