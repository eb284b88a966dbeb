import { PipelineFile, type Cell } from '#contract/pipelines.ts';
import { AppError } from '../../base/appError.ts';

export interface PlannedCell {
  readonly cell: Cell;
  readonly place: number;
  /** Tables that it reads, by name. */
  readonly inputs: readonly string[];
}

/** Names of the tables that a cell gives. */
export function tablesOf(cell: Cell): readonly string[] {
  if (cell.kind === 'source' || cell.kind === 'sql') return [cell.name];
  if (cell.kind === 'split') return [`${cell.name}.train`, ...(cell.validation === undefined ? [] : [`${cell.name}.validation`]), `${cell.name}.test`];
  return [];
}

/** Who reads what. Throws PROJECT_FILE_INVALID where a cell reads a table that none above it gives. */
export function planPipeline(file: string, { cells }: PipelineFile): PlannedCell[] {
  const above: string[] = [];
  const problems: string[] = [];
  const planned = cells.map((cell, place): PlannedCell => {
    const inputs = inputsOf(cell, above);
    for (const input of inputs) if (!above.includes(input)) problems.push(`${cell.name} reads ${input}, which no cell above it gives${above.length === 0 ? '' : ` (there are ${above.join(', ')})`}`);
    above.push(...tablesOf(cell));
    return { cell, place, inputs };
  });
  if (problems.length > 0) throw new AppError('PROJECT_FILE_INVALID', `${file} cannot be run. ${problems.join('; ')}`, { hint: 'Correct the name, or move the cell below the one that it reads.' });
  return planned;
}

function inputsOf(cell: Cell, above: readonly string[]): readonly string[] {
  if (cell.kind === 'expect' || cell.kind === 'split') return [cell.input];
  if (cell.kind !== 'sql') return [];
  // Whole words: one too many costs at most a run that was not needed, one too few would hide a change.
  return cell.inputs ?? above.filter((table) => new RegExp(`(?<![\\w.])${table.replace('.', '\\s*\\.\\s*')}(?!\\w)`, 'i').test(cell.sql));
}

/** The file with what is set for one run: `cell.parameter`, deeper with more dots. Throws INPUT_INVALID for what there is not. */
export function applySettings(file: PipelineFile, settings: Readonly<Record<string, unknown>>): PipelineFile {
  if (Object.keys(settings).length === 0) return file;
  const changed = structuredClone(file) as { cells: Record<string, unknown>[] };
  for (const [path, value] of Object.entries(settings)) {
    const [cellName = '', ...keys] = path.split('.');
    const last = keys.pop();
    const cell = changed.cells.find(({ name }) => name === cellName);
    if (cell === undefined || last === undefined) throw new AppError('INPUT_INVALID', `There is no cell parameter ${path}`, { hint: `Write cell.parameter=value; the cells are ${file.cells.map(({ name }) => name).join(', ')}.` });
    let at: Record<string, unknown> = cell;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  const parsed = PipelineFile.safeParse(changed);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  const at = problem?.path.slice(2).join('.') ?? '';
  throw new AppError('INPUT_INVALID', `${Object.keys(settings).join(', ')} cannot be set so: ${at === '' ? '' : `${at}: `}${problem?.message ?? 'it does not fit'}`, { hint: 'The manual, "Pipelines", lists what each kind of cell has.' });
}
