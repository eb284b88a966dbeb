/** A failure as the window shows it: what happened, the next step, and the code to search for. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly requestId: string | null;
}

const field = (value: unknown, name: string): string | null => {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
};

/** Turns anything thrown by the client into a problem. The owner's errors carry `hint` and `requestId` in their data. */
export function toProblem(error: unknown): Problem {
  const data: unknown = typeof error === 'object' && error !== null && 'data' in error ? error.data : null;
  const message = field(data, 'message') ?? field(error, 'message') ?? String(error);
  if (error instanceof TypeError) {
    return {
      code: 'OWNER_UNREACHABLE',
      message: 'The Lathe process does not answer.',
      hint: 'If it was stopped, start it again with npm start, then open the link that it prints.',
      requestId: null,
    };
  }
  return {
    code: field(data, 'code') ?? field(error, 'code') ?? 'INTERNAL',
    message,
    hint: field(data, 'hint') ?? field(error, 'hint'),
    requestId: field(data, 'requestId'),
  };
}

/** What happened and the next step as whole sentences. Main's messages end without a stop: they are also titles and lines of a table. */
export function saySentences(...parts: readonly (string | null | undefined)[]): string {
  return parts.flatMap((part) => (part == null || part === '' ? [] : [/[.!?…:]$/.test(part) ? part : `${part}.`])).join(' ');
}

/** Anything thrown by the client, as the text of a notice. */
export function sayProblem(error: unknown): string {
  const { message, hint } = toProblem(error);
  return saySentences(message, hint);
}

/** What the Copy button of an error puts on the clipboard. */
export function problemText(problem: Problem): string {
  const lines = [`${problem.code}: ${problem.message}`];
  if (problem.hint !== null) lines.push(problem.hint);
  if (problem.requestId !== null) lines.push(`request ${problem.requestId}`);
  return lines.join('\n');
}
