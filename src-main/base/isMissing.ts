/** Whether the system said that there is no such file or folder; every other failure means that it may be there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
