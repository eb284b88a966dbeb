import { deserialize, serialize } from 'node:v8';

/**
 * Frames on a plain duplex pipe: 4 bytes of mark, 4 bytes of length (big endian), then the value in V8's structured clone format.
 * Not Node's own IPC channel: garbage bytes on that one throw in the parent, outside of any handler, and would end the owner.
 */
const MARK = 0x4c_46_52_31;
const HEADER_BYTES = 8;
/** Larger than any batch of chunks or vectors; a length above it is garbage. */
export const MAX_FRAME_BYTES = 512 * 1024 * 1024;
/** File descriptor of the pipe in a child; told to it in this variable. */
export const WIRE_FD_VARIABLE = 'LATHE_WIRE_FD';

/** Throws DataCloneError for values that cannot be sent (functions, class instances with hidden state). */
export function encodeFrame(value: unknown): Buffer {
  const body = serialize(value);
  if (body.length > MAX_FRAME_BYTES) throw new RangeError(`A frame of ${body.length} bytes is above the ${MAX_FRAME_BYTES} that the wire takes`);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32BE(MARK, 0);
  frame.writeUInt32BE(body.length, 4);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

export interface FrameListener {
  onFrame(value: unknown): void;
  /** A frame whose bytes are no value; the next frame can still be read. */
  onUnreadable(reason: string): void;
  /** The stream is no longer frames; nothing after this can be read. */
  onBroken(reason: string): void;
}

/** Returns a function that takes the pipe's chunks as they come. */
export function createFrameReader(listener: FrameListener): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = HEADER_BYTES;
  let broken = false;

  function readOne(all: Buffer): number {
    if (all.readUInt32BE(0) !== MARK) throw new RangeError(`Expected a frame but got bytes ${all.subarray(0, 8).toString('hex')}`);
    const length = all.readUInt32BE(4);
    if (length > MAX_FRAME_BYTES) throw new RangeError(`Expected a frame of at most ${MAX_FRAME_BYTES} bytes but got ${length}`);
    const end = HEADER_BYTES + length;
    if (all.length < end) {
      needed = end;
      return 0;
    }
    needed = HEADER_BYTES;
    const value = decode(all.subarray(HEADER_BYTES, end));
    if (value.ok) listener.onFrame(value.value);
    else listener.onUnreadable(value.reason);
    return end;
  }

  return (chunk) => {
    if (broken) return;
    chunks.push(chunk);
    held += chunk.length;
    if (held < needed) return;
    let all = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    try {
      while (all.length >= HEADER_BYTES && all.length >= needed) {
        const used = readOne(all);
        if (used === 0) break;
        all = all.subarray(used);
      }
    } catch (error) {
      broken = true;
      chunks = [];
      listener.onBroken(error instanceof Error ? error.message : String(error));
      return;
    }
    chunks = all.length === 0 ? [] : [all];
    held = all.length;
  };
}

function decode(body: Buffer): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: deserialize(body) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
