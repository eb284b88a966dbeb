/**
 * The end of a title whose tests are skipped where something is missing: ` (needs …)`, or nothing where all is there.
 * `npm test` prints it as the reason; `describe.skipIf` takes none. An architecture test asks for it.
 * @example describe.skipIf('reason' in model)(`the index child${because(model)}`, …)
 */
export function because(missing: string | null | object): string {
  const reason = typeof missing === 'string' ? missing : missing !== null && 'reason' in missing ? String(missing.reason) : null;
  return reason === null ? '' : ` (${reason})`;
}
