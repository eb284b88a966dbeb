export interface TarEntry {
  readonly name: string;
  readonly data?: string | Uint8Array;
  /** '0' a file, '1' and '2' links, '3' to '6' devices, folders and pipes, 'L', 'x' and 'S' GNU's and pax's own. */
  readonly type?: string;
  /** The size that the header claims, where it shall be a lie. */
  readonly claimedSize?: number;
  readonly link?: string;
}

/** A tar archive, made byte by byte so that tests can lie in it. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const { name, data = '', type = '0', claimedSize, link = '' } of entries) {
    const bytes = Buffer.from(data as Uint8Array);
    const header = Buffer.alloc(512);
    header.write(name.slice(0, 100), 0, 'utf8');
    header.write('0000644\0', 100);
    header.write(`${(claimedSize ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write(`${(1_704_189_600).toString(8).padStart(11, '0')}\0`, 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(link.slice(0, 100), 157);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1_024)]);
}
