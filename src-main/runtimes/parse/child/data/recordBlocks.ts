import { MAX_TEXT, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import type { JsonFrame, JsonSink } from './jsonScanner.ts';

const LINES = 40;
/** A longer text stands as a paragraph of its own, under its path. */
const LONG_VALUE = 300;
const TITLES = ['title', 'name', 'subject', 'summary', 'label', 'question', 'key', 'id'];
/** Levels of a path that are shown; deeper ones are left out in the middle. */
const SHOWN_DEPTH = 24;

/** Owns the turning of JSON's scalars into `path: value` lines: a record a heading, its fields below. */
export class RecordBlocks implements JsonSink {
  readonly blocks: RawBlock[] = [];
  /** Scalars of the outermost object. */
  readonly top = new Map<string, string>();
  private readonly jsonLines: boolean;
  private lines: { path: string; value: string }[] = [];
  private record = '';
  private section = '';
  private size = 0;
  /** Number of the line that is read; JSON Lines only. */
  line = 0;

  constructor(jsonLines: boolean) {
    this.jsonLines = jsonLines;
  }

  leaf(frames: readonly JsonFrame[], value: string): boolean {
    if (value === '') return true;
    const root = frames[0];
    const [record, section, from] = this.placeOf(frames);
    if (record !== this.record || section !== this.section) this.start(record, section);
    if (frames.length === 1 && root?.array === false) this.top.set(root.key, value);
    const path = pathOf(frames, from);
    const last = this.lines.at(-1);
    if (frames.at(-1)?.array && last?.path === path && last.value.length + value.length < LONG_VALUE) last.value += `, ${value}`;
    else this.lines.push({ path, value });
    this.size += value.length + path.length;
    return this.size <= MAX_TEXT;
  }

  /** Ends the open record; call once at the end. */
  finish(): RawBlock[] {
    this.start('', '');
    return this.blocks;
  }

  /** The record that a scalar belongs to, the part of the document, and where its path in the record begins. */
  private placeOf(frames: readonly JsonFrame[]): [string, string, number] {
    const [root, second] = frames;
    if (this.jsonLines) return [String(this.line), '', root?.array === false ? 0 : 0];
    if (root?.array) return frames.length > 1 ? [String(root.index + 1), '', 1] : ['', '', 1];
    if (second?.array && frames.length > 2) return [`${root?.key ?? ''} ${second.index + 1}`, root?.key ?? '', 2];
    return ['', second ? (root?.key ?? '') : '', 0];
  }

  private start(record: string, section: string): void {
    const { lines } = this;
    const headed = this.record !== '' || (this.section !== '' && lines.length > 2);
    if (lines.length > 0 && headed) {
      const title = this.record === '' ? this.section : (titleOf(lines) ?? `Record ${this.record}`);
      this.blocks.push({ kind: 'heading', level: 2, text: oneLine(title).slice(0, 200) || 'Record' });
    }
    this.write(lines);
    this.lines = [];
    this.record = record;
    this.section = section;
  }

  private write(lines: readonly { path: string; value: string }[]): void {
    let open: string[] = [];
    const close = (): void => {
      if (open.length > 0) this.blocks.push({ kind: 'list', text: open.join('\n') });
      open = [];
    };
    for (const { path, value } of lines) {
      const text = cleanCharacters(value).trim();
      if (text === '') continue;
      if (text.length > LONG_VALUE || text.includes('\n')) {
        close();
        const label = oneLine(path);
        this.blocks.push({ kind: 'paragraph', text: label === '' ? text : `${label}:\n${text}` });
      } else open.push(path === '' ? text : `${oneLine(path)}: ${text}`);
      if (open.length >= LINES) close();
    }
    close();
  }
}

function titleOf(lines: readonly { path: string; value: string }[]): string | undefined {
  for (const wanted of TITLES) {
    const found = lines.slice(0, 60).find(({ path, value }) => path.toLowerCase() === wanted && value.trim() !== '');
    if (found) return found.value;
  }
  return undefined;
}

function pathOf(frames: readonly JsonFrame[], from: number): string {
  let path = '';
  const shown = frames.length - from > SHOWN_DEPTH ? [...frames.slice(from, from + SHOWN_DEPTH / 2), null, ...frames.slice(-SHOWN_DEPTH / 2)] : frames.slice(from);
  for (const [at, frame] of shown.entries()) {
    if (frame === null) path += '…';
    else if (!frame.array) path += `${path === '' || path.endsWith('…') ? '' : '.'}${frame.key}`;
    else if (at < shown.length - 1) path += `[${frame.index}]`;
  }
  return path.slice(0, 300);
}

const oneLine = (text: string): string => cleanCharacters(text).replaceAll(/\s+/g, ' ').trim();
