import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '#contract/system.ts';
import { redact } from './redact.ts';

/**
 * Owns what Lathe says about itself: the last 2,000 lines in memory, and with a folder, JSON lines in `lathe.log` (5 files of 2 MB).
 * Lines are written at once, so that a killed process leaves its last words. Does not decide what is shown.
 */
export interface Logger {
  /** A logger whose lines carry this area; it shares ring, file and sequence. */
  child(area: string): Logger;
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
  /** The newest lines, oldest first. */
  recent(limit?: number): LogLine[];
  /** Lines that could not be written to the file (disk full); they are in the ring only. */
  lostLines(): number;
  close(): void;
}

export interface LoggerOptions {
  readonly folder?: string;
  readonly onLine?: (line: LogLine) => void;
}

const RING_LINES = 2_000;
const FILE_BYTES = 2 * 1024 * 1024;
const FILES = 5;
const MESSAGE_CHARACTERS = 4_000;
const DATA_CHARACTERS = 16_000;

export function createLogger(options: LoggerOptions = {}): Logger {
  const ring: LogLine[] = [];
  const file = options.folder === undefined ? null : openLogFile(options.folder);
  let sequence = 0;

  function write(level: LogLine['level'], area: string, said: { message: string; data: unknown }): void {
    sequence += 1;
    const line: LogLine = { sequence, atMs: Date.now(), level, area, message: redact(said.message.slice(0, MESSAGE_CHARACTERS)) };
    ring.push(line);
    if (ring.length > RING_LINES) ring.splice(0, ring.length - RING_LINES);
    file?.append(said.data === undefined ? JSON.stringify(line) : withData(line, said.data));
    options.onLine?.(line);
  }

  function loggerFor(area: string): Logger {
    const at = (level: LogLine['level']) => (message: string, data?: unknown) => write(level, area, { message, data });
    return {
      child: (inner) => loggerFor(area === '' ? inner : `${area}.${inner}`),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      recent: (limit = RING_LINES) => ring.slice(-limit),
      lostLines: () => file?.lost() ?? 0,
      close: () => file?.close(),
    };
  }
  return loggerFor('');
}

function withData(line: LogLine, data: unknown): string {
  const whole = JSON.stringify(data, describer()) ?? String(data);
  const text = redact(whole.slice(0, DATA_CHARACTERS));
  const kept = whole.length > DATA_CHARACTERS ? `${text}… (${whole.length} characters)` : text;
  return `${JSON.stringify(line).slice(0, -1)},"data":${JSON.stringify(kept)}}`;
}

/** Errors with their causes, big integers as text, and nothing twice (an object may hold itself). */
function describer(): (key: string, value: unknown) => unknown {
  const seen = new WeakSet();
  return (_key, value) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '(again)';
    seen.add(value);
    if (!(value instanceof Error)) return value;
    return { name: value.name, ...('code' in value ? { code: value.code } : {}), message: value.message, stack: value.stack, cause: value.cause };
  };
}

interface LogFile {
  append(line: string): void;
  lost(): number;
  close(): void;
}

function openLogFile(folder: string): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (index: number) => join(folder, index === 0 ? 'lathe.log' : `lathe.${index}.log`);
  let descriptor: number | null = openSync(path(0), 'a', 0o600);
  let bytes = fstatSync(descriptor).size;
  let lost = 0;

  function rotate(): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    rmSync(path(FILES - 1), { force: true });
    for (let index = FILES - 2; index >= 0; index -= 1) if (existsSync(path(index))) renameSync(path(index), path(index + 1));
    descriptor = openSync(path(0), 'a', 0o600);
    bytes = 0;
  }

  function append(line: string): void {
    const data = Buffer.from(`${line}\n`);
    try {
      if (bytes > 0 && bytes + data.length > FILE_BYTES) rotate();
      descriptor ??= openSync(path(0), 'a', 0o600);
      bytes += writeSync(descriptor, data);
    } catch {
      // A log that cannot be written must not stop the work; `doctor` says how many lines were lost.
      lost += 1;
    }
  }

  return {
    append,
    lost: () => lost,
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}
