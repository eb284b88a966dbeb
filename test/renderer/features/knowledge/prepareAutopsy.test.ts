import { expect, test } from 'vitest';
import { lostStep } from '../../../../src-renderer/features/knowledge/autopsy/prepareAutopsy.ts';

const step = (stage: string, passed: boolean) => ({ stage, passed, detail: '' });

test('a passage is lost at the step that the verdict names, not at one that a later step made good', () => {
  const steps = [step('chunk', true), step('embed', false), step('lists', true), step('prompt', false), step('answer', false)];
  expect(lostStep({ stage: 'cut-by-prompt', steps })).toBe(3);
  expect(lostStep({ stage: 'not-embedded', steps })).toBe(1);
  expect(lostStep({ stage: 'split', steps: [step('chunk', false), step('embed', true), step('ranking', false)] })).toBe(0);
  expect(lostStep({ stage: 'found', steps })).toBe(-1);
});
