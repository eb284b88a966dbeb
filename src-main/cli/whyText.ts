import type { Answer } from '#contract/knowledge.ts';
import type { AnswerTrace } from '#contract/why.ts';
import { nameOnOneLine } from './terminal.ts';

/** How many chunks each stage of an answer held, and that Lathe abstained where it did: its quotes are then only the nearest. */
export function funnelLines({ funnel, prompt }: Pick<AnswerTrace, 'funnel' | 'prompt'>, { abstained, confidence, text }: Pick<Answer, 'abstained' | 'confidence' | 'text'>): string[] {
  const deep = funnel.deep === null ? '' : `, ${funnel.deep} by transformer vectors`;
  const stages = [`${funnel.text} by words, ${funnel.vector} by static vectors${deep}`, `${funnel.fused} together`, `${funnel.ranked} scored`, `${funnel.passages} passages`, `${funnel.prompt} in the prompt`, `${funnel.cited} ${abstained ? 'shown as the nearest' : 'cited'}`];
  const asked = prompt === null ? 'no model was asked' : 'what the model wrote was rejected';
  return [stages.join(' → '), ...(abstained ? [`Lathe abstained at a confidence of ${confidence.toFixed(2)}, ${asked}: ${nameOnOneLine(text)}`] : [])];
}
