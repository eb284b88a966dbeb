/** Where a value stands: the key in an object, or the place in an array. */
export interface JsonFrame {
  readonly array: boolean;
  key: string;
  index: number;
}

export interface JsonSink {
  /** A scalar with the containers around it, outermost first (only valid during the call). False stops the scan. */
  leaf(frames: readonly JsonFrame[], value: string): boolean;
}

const SPACE_OR_COMMA = /[\s,:]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,:[\]{}"]+/y;

/**
 * Tells every scalar of a text that JSON.parse accepted, with its place. Numbers come as they are written (1e400 and
 * long integers keep their digits), keys that repeat all come, and depth costs no call stack.
 */
export function scanJson(text: string, sink: JsonSink): void {
  const frames: JsonFrame[] = [];
  let keyNext = false;
  for (let at = 0; ;) {
    SPACE_OR_COMMA.lastIndex = at;
    SPACE_OR_COMMA.test(text);
    at = SPACE_OR_COMMA.lastIndex;
    const letter = text[at];
    if (letter === undefined) return;
    const top = frames.at(-1);
    if (letter === '}' || letter === ']') {
      frames.pop();
      keyNext = frames.at(-1)?.array === false;
      at++;
      continue;
    }
    if (top?.array) top.index++;
    if (letter === '{' || letter === '[') {
      frames.push({ array: letter === '[', key: '', index: -1 });
      keyNext = letter === '{';
      at++;
      continue;
    }
    const pattern = letter === '"' ? STRING : SCALAR;
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token === undefined) return;
    at += token.length;
    if (keyNext && top) {
      top.key = stringValue(token);
      keyNext = false;
      continue;
    }
    if (!sink.leaf(frames, letter === '"' ? stringValue(token) : token)) return;
    keyNext = top?.array === false;
  }
}

function stringValue(token: string): string {
  return token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
}
