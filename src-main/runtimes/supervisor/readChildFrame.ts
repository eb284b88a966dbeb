import { isErrorCode } from '../../base/appError.ts';
import type { ChildFrame } from '../wire.ts';

/** Returns the frame when it is one of the closed union, else null: a child is not trusted to speak well. */
export function readChildFrame(value: unknown): ChildFrame | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  const frame = value as Record<string, unknown>;
  switch (frame['kind']) {
    case 'ready':
      return Array.isArray(frame['methods']) ? (value as ChildFrame) : null;
    case 'part':
    case 'result':
      return Number.isInteger(frame['id']) ? (value as ChildFrame) : null;
    case 'error':
      return Number.isInteger(frame['id']) && isErrorBody(frame['error']) ? (value as ChildFrame) : null;
    case 'log':
      return isLevel(frame['level']) && typeof frame['message'] === 'string' ? (value as ChildFrame) : null;
    default:
      return null;
  }
}

function isErrorBody(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'code' in value && isErrorCode(value.code) && 'message' in value && typeof value.message === 'string';
}

function isLevel(value: unknown): boolean {
  return value === 'debug' || value === 'info' || value === 'warn' || value === 'error';
}
