import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { assembleDocument } from '../assembleDocument.ts';
import { officeTitle } from '../office/coreProperties.ts';
import { finishBlocks } from '../office/finishBlocks.ts';
import type { Zip } from '../zip/readZip.ts';
import { noOdfText, OdfPackage } from './odfPackage.ts';
import { OdfStyles } from './odfStyles.ts';
import { OdsReader } from './odsReader.ts';

/**
 * Reads an OpenDocument spreadsheet: each sheet is a heading with its tables, cells as they are shown.
 * @throws AppError DOCUMENT_ENCRYPTED, _DAMAGED, _NO_TEXT, and what its ZIP archive throws
 */
export function parseOds(zip: Zip, name: string, warnings: ParseWarning[]): ParsedDocument {
  const source = new OdfPackage(zip, name, warnings);
  const styles = new OdfStyles();
  source.readIfSound('styles.xml', styles);
  const reader = new OdsReader(styles);
  source.read('content.xml', {
    open: (tag, attributes) => {
      styles.open(tag, attributes);
      reader.open(tag, attributes);
    },
    close: (tag) => {
      styles.close(tag);
      reader.close(tag);
    },
    text: (piece) => reader.text(piece),
  });
  reader.finish();
  warnings.push(...reader.warnings);
  if (reader.blocks.length === 0) throw noOdfText(source);
  const properties = source.properties();
  return assembleDocument(finishBlocks(reader.blocks), { format: 'ods', title: officeTitle(properties.title, [], name), metadata: properties.metadata, language: properties.language ?? styles.language, warnings });
}
