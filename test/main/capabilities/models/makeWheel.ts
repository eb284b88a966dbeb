import { deflateRawSync } from 'node:zlib';

export interface WheelEntry {
  readonly name: string;
  readonly content: Buffer;
  readonly stored?: boolean;
  /** What the directory claims instead of the truth. */
  readonly claims?: { readonly bytes?: number; readonly packedBytes?: number; readonly method?: number; readonly headerAt?: number };
}

/** A ZIP archive as a wheel is one, with a directory that may lie. */
export function makeWheel(entries: readonly WheelEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, stored, claims } of entries) {
    const packed = stored ? content : deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    locals.push(local, Buffer.from(name), packed);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(claims?.method ?? (stored ? 0 : 8), 10);
    entry.writeUInt32LE(claims?.packedBytes ?? packed.length, 20);
    entry.writeUInt32LE(claims?.bytes ?? content.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(claims?.headerAt ?? at, 42);
    directory.push(entry, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listing, end]);
}
