import { describe, expect, it } from 'vitest';
import { createFrameReader, encodeFrame } from '../../../src-main/runtimes/framePipe.ts';

function collect() {
  const frames: unknown[] = [];
  const unreadable: string[] = [];
  const broken: string[] = [];
  const read = createFrameReader({ onFrame: (value) => frames.push(value), onUnreadable: (reason) => unreadable.push(reason), onBroken: (reason) => broken.push(reason) });
  return { frames, unreadable, broken, read };
}

const VALUES = [{ kind: 'part', id: 1, value: 'ä🙂' }, null, new Float32Array([1, 2.5]), 'x'.repeat(70_000), { deep: [{ map: new Map([[1, new Date(5)]]) }] }];

describe('frames on a pipe', () => {
  it.each([1, 3, 7, 8, 9, 64, 1_000_000])('come out as they went in, read in chunks of %i bytes', (size) => {
    const bytes = Buffer.concat(VALUES.map(encodeFrame));
    const { frames, broken, read } = collect();
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    expect(frames).toEqual(VALUES);
    expect(broken).toEqual([]);
  });

  it('skip a frame whose bytes are no value and go on with the next', () => {
    const bad = encodeFrame('abcdefgh');
    bad.fill(0xee, 8);
    const { frames, unreadable, broken, read } = collect();
    read(Buffer.concat([encodeFrame(1), bad, encodeFrame(2)]));
    expect(frames).toEqual([1, 2]);
    expect(unreadable).toHaveLength(1);
    expect(broken).toEqual([]);
  });

  it('end once the bytes are no frames, and nothing after that is read', () => {
    const { frames, broken, read } = collect();
    read(encodeFrame(1));
    read(Buffer.from('no frame at all'));
    read(encodeFrame(2));
    expect(frames).toEqual([1]);
    expect(broken).toHaveLength(1);
  });

  it('never wait for a length that no frame has', () => {
    const huge = encodeFrame(1);
    huge.writeUInt32BE(0xffff_ffff, 4);
    const { broken, read } = collect();
    read(huge);
    expect(broken[0]).toContain('4294967295');
  });

  it('refuse what cannot be cloned', () => {
    expect(() => encodeFrame({ run: () => 1 })).toThrow();
  });
});
