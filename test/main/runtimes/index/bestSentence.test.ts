import { describe, expect, it } from 'vitest';
import { BestSentence, cutSentences } from '../../../../src-main/runtimes/index/child/bestSentence.ts';
import { startsLine } from '../../../../src-main/runtimes/index/child/startsLine.ts';
import type { StaticModel } from '../../../../src-main/runtimes/index/child/staticModel.ts';

/** Two dimensions: how many words begin with a, how many with another letter; normalised. */
const model: StaticModel = {
  dimensions: 2,
  embedInto(text, out) {
    const words = text.split(/\s+/).filter(Boolean);
    const a = words.filter((word) => word.startsWith('a')).length;
    const length = Math.hypot(a, words.length - a) || 1;
    out.set([a / length, (words.length - a) / length]);
  },
  embed(text) {
    const out = new Float32Array(2);
    model.embedInto(text, out);
    return out;
  },
};
const sentence = (word: string): string => `${Array.from({ length: 12 }, () => `${word}word`).join(' ')}.`;

describe('the nearest sentence', () => {
  it('is found among others that would drown it in the mean of the text', () => {
    const text = [sentence('b'), sentence('c'), sentence('a'), sentence('d')].join(' ');
    const question = Float32Array.of(1, 0);
    expect(new BestSentence(question, model).similarity(text)).toBeCloseTo(1);
    expect(model.embed(text)[0]).toBeLessThan(0.4);
  });

  it('is no less than -1 for a text without words', () => {
    expect(new BestSentence(Float32Array.of(1, 0), model).similarity('')).toBe(-1);
  });

  it('joins lines and sentences that are too short to mean something, and loses no word', () => {
    expect(cutSentences('-q\nQuiet.\nSay nothing but errors, and those on standard error only, please.')).toEqual(['-q Quiet. Say nothing but errors, and those on standard error only, please.']);
    const text = `${sentence('a')} Short end`;
    expect(cutSentences(text)).toEqual([sentence('a'), 'Short end']);
  });
});

describe('a name that begins a line', () => {
  it('is told from one that is only mentioned', () => {
    expect(startsLine('linkspeed')('switches\nlinkspeed\nan optional value')).toBe(true);
    expect(startsLine('linkspeed')('  - `linkspeed` (integer)')).toBe(true);
    expect(startsLine('no-verify')('--no-verify\nskips the hook')).toBe(true);
    expect(startsLine('linkspeed')('set linkspeed to 10')).toBe(false);
  });

  it('is the whole name, not the beginning of a longer one', () => {
    expect(startsLine('sqlite_busy')('sqlite_busy_snapshot')).toBe(false);
    expect(startsLine('--verify')('--verify-all')).toBe(false);
  });

  it('may hold marks that patterns give a meaning', () => {
    for (const name of ['os.path.join', '$argv', 'a->b', 'std::vector', 'user@host', 'c/d', '_x$y']) expect([name, startsLine(name)(`first\n${name} is explained`)]).toEqual([name, true]);
    expect(startsLine('os.path')('osxpath')).toBe(false);
  });
});
