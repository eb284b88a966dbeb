import type { SourceCell } from '#contract/pipelines.ts';
import { AppError } from '../../../base/appError.ts';
import type { TableFormat } from '../../../runtimes/types.ts';
import type { CellKind, FoundFile } from '../cellKind.ts';

const ENDINGS: Readonly<Record<string, TableFormat>> = { csv: 'csv', tsv: 'tsv', tab: 'tsv', json: 'json', jsonl: 'jsonl', ndjson: 'jsonl', parquet: 'parquet', pq: 'parquet' };

const formatOf = (path: string): TableFormat | undefined => ENDINGS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];

/** Of a folder, the files of the one format that can be read. */
function readable(cell: SourceCell, found: readonly FoundFile[]): { readonly format: TableFormat; readonly files: readonly FoundFile[] } {
  const { format } = cell;
  const only = found.length === 1 ? found[0] : undefined;
  const files = only !== undefined && format !== undefined ? [only] : found.filter(({ path }) => (format === undefined ? formatOf(path) !== undefined : formatOf(path) === format));
  const formats = [...new Set(files.map(({ path }) => format ?? formatOf(path)))];
  const [told] = formats;
  if (told === undefined) throw new AppError('TABLE_UNREADABLE', `${cell.path} holds no file that can be read as a table (${found.length} looked at)`, { hint: `Files end in ${Object.keys(ENDINGS).map((ending) => `.${ending}`).join(', ')}; or give the cell a format.` });
  if (formats.length > 1) throw new AppError('TABLE_UNREADABLE', `${cell.path} holds files of ${formats.length} formats (${formats.join(', ')})`, { hint: 'Give the cell the format that is meant.' });
  return { format: told, files };
}

export const sourceCell: CellKind<SourceCell> = {
  version: 1,
  async parts(cell, find) {
    const { format, files } = readable(cell, await find(cell.path));
    return { parameters: { path: cell.path, format }, files };
  },
  async run(cell, { data, parts, place, signal }) {
    const path = place(cell.name);
    const facts = await data.readFiles({ paths: parts.files.map((file) => file.path), format: parts.parameters['format'] as TableFormat, into: path }, { signal });
    return [{ ...facts, name: cell.name, path }];
  },
};
