import { expect, test } from 'vitest';
import { funnelLines } from '../../../src-main/cli/whyText.ts';

const funnel = { text: 30, vector: 40, deep: 20, fused: 50, ranked: 24, passages: 8, prompt: 5, cited: 1 };

test('an answer is followed from what was found to what was cited', () => {
  expect(funnelLines({ funnel, prompt: {} as never }, { abstained: false, confidence: 0.8, text: 'It is so.' })).toEqual(['30 by words, 40 by static vectors, 20 by transformer vectors → 50 together → 24 scored → 8 passages → 5 in the prompt → 1 cited']);
});

test('an abstention is called so, with its reason, and its quotes are called the nearest', () => {
  const lines = funnelLines({ funnel: { ...funnel, deep: null, prompt: 0 }, prompt: null }, { abstained: true, confidence: 0.123, text: 'The documents do not\nanswer this.' });
  expect(lines[0]).toMatch(/40 by static vectors → .* → 0 in the prompt → 1 shown as the nearest$/);
  expect(lines[1]).toBe('Lathe abstained at a confidence of 0.12, no model was asked: The documents do not\\nanswer this.');
});
