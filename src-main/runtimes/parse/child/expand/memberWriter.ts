import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, hasErrorCode } from '../../../../base/appError.ts';
import type { ExpandedMember, ExpandProblem } from '../../../types.ts';
import type { UnpackBudget } from '../zip/readZip.ts';
import { cleanName, numbered, passedOver } from './cleanName.ts';

/** SAFETY §3.3: what one container may give, nested ones included. */
export const EXPAND_LIMITS = { members: 100_000, output: 2_000_000_000, depth: 3, ratio: 200, ratioFrom: 4_000_000, inMemory: 500_000_000 } as const;
const SHOWN_PROBLEMS = 1_000;

/** Owns the folder that members are written to: files are called by number, never by a name from inside the container. */
export class MemberWriter {
  readonly members: ExpandedMember[] = [];
  /** Bytes that may still be unpacked. */
  readonly budget: UnpackBudget = { left: EXPAND_LIMITS.output };
  private readonly folder: string;
  private readonly signal: AbortSignal;
  private readonly names = new Map<string, number>();
  private readonly problems: ExpandProblem[] = [];
  private readonly passed = new Map<string, { name: string; count: number }>();
  private unshown = 0;
  private written = 0;

  constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.signal = signal;
  }

  /** Whether an entry of that name is wanted at all; hidden ones and dependencies are counted and not. */
  wants(name: string): boolean {
    if (this.signal.aborted) throw new AppError('CANCELLED', `Unpacking stopped at ${name}: it was cancelled`);
    const reason = passedOver(cleanName(name).normalize('NFC')) ?? passedOver(name.replaceAll('\\', '/').split('/').filter((part) => !/^\.*$/.test(part)).join('/'));
    if (reason === null) return true;
    const known = this.passed.get(reason);
    if (known) known.count++;
    else this.passed.set(reason, { name: cleanName(name), count: 1 });
    return false;
  }

  /** @throws AppError DISK_FULL, DOCUMENT_TOO_LARGE when the container's limits are reached */
  add(rawName: string, bytes: Uint8Array, modifiedMs: number | null): void {
    if (this.members.length >= EXPAND_LIMITS.members) throw new AppError('DOCUMENT_TOO_LARGE', `It holds more than ${EXPAND_LIMITS.members.toLocaleString('en')} files: the rest was left out`);
    this.written += bytes.length;
    if (this.written > EXPAND_LIMITS.output) throw new AppError('DOCUMENT_TOO_LARGE', `Its files have more than ${EXPAND_LIMITS.output.toLocaleString('en')} bytes together: the rest was left out`);
    const path = join(this.folder, String(this.members.length + 1));
    try {
      writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw asDiskError(error, this.folder, bytes.length);
    }
    this.members.push({ name: this.unique(cleanName(rawName)), path, bytes: bytes.length, modifiedMs: modifiedMs !== null && Number.isFinite(modifiedMs) && modifiedMs > 0 ? Math.trunc(modifiedMs) : null });
  }

  get isFull(): boolean {
    return this.written > EXPAND_LIMITS.output;
  }

  problem(rawName: string, reason: string): void {
    if (this.problems.length < SHOWN_PROBLEMS) this.problems.push({ name: cleanName(rawName), reason });
    else this.unshown++;
  }

  /** An error of one entry becomes a problem; what ends the whole work is thrown on. */
  fault(rawName: string, error: unknown): void {
    if (!hasErrorCode(error) || !error.code.startsWith('DOCUMENT_')) throw error;
    this.problem(rawName, error.hint ? `${error.message}. ${error.hint}` : error.message);
  }

  allProblems(): ExpandProblem[] {
    const passed = [...this.passed].map(([reason, { name, count }]) => ({ name, reason: count === 1 ? `Passed over: ${reason}` : `Passed over with ${(count - 1).toLocaleString('en')} more: ${reason}` }));
    return [...this.problems, ...(this.unshown > 0 ? [{ name: '…', reason: `${this.unshown.toLocaleString('en')} more problems are not listed` }] : []), ...passed];
  }

  private unique(name: string): string {
    const key = name.toLowerCase();
    const count = (this.names.get(key) ?? 0) + 1;
    this.names.set(key, count);
    return count === 1 ? name : this.unique(numbered(name, count));
  }
}

function asDiskError(error: unknown, folder: string, bytes: number): AppError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', `The disk is full: ${bytes.toLocaleString('en')} bytes of an unpacked file could not be stored`, { hint: 'Free some space and try again.', cause: error });
  return new AppError('PATH_UNREADABLE', `Unpacked files cannot be written to ${folder}: the system says ${code || 'no more'}`, { cause: error });
}
