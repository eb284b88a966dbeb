import type { ParsedDocument } from '../../src-main/contract/document.ts';
import { alignCitations, quoteCandidates } from '../../src-main/capabilities/knowledge/answer/alignCitations.ts';
import { answerTokens } from '../../src-main/capabilities/knowledge/answer/answerTokens.ts';
import { quoteUnits } from '../../src-main/capabilities/knowledge/answer/quoteUnits.ts';

type Similarity = (texts: readonly string[], others: readonly string[]) => Promise<Float32Array>;

interface Planted {
  readonly kind: string;
  readonly sentence: string;
  readonly supported: boolean;
}

const PER_DOCUMENT = 6;
const NEIGHBOURHOOD = 3_000;

/**
 * Takes real sentences, changes one thing in each so that it is wrong, and asks whether the passages around it carry it.
 * `unchanged` and `reworded` must be carried; everything else must not.
 */
export async function plantedErrors(documents: readonly ParsedDocument[], similarity: Similarity): Promise<Record<string, { tried: number; calledSupported: number }>> {
  const results: Planted[] = [];
  for (const [at, document] of documents.entries()) {
    const all = quoteUnits(document, { documentId: String(at), start: 0, end: document.text.length }, 0);
    const prose = all.filter((unit) => (unit.kind === 'paragraph' || unit.kind === 'list') && unit.text.length > 50 && unit.text.length < 220 && answerTokens(unit.text).length >= 6);
    const step = Math.max(1, Math.floor(prose.length / PER_DOCUMENT));
    for (let place = 0; place < prose.length; place += step) {
      const unit = prose[place];
      if (!unit) continue;
      const around = all.filter((each) => Math.abs(each.start - unit.start) < NEIGHBOURHOOD / 2);
      const candidates = quoteCandidates(around, { documentOf: () => document, contextOf: () => ({ context: document.title, subject: '' }) });
      const variants = variantsOf(unit.text, around.map((each) => each.text).join(' '));
      const vectors = await similarity(
        variants.map((each) => each.sentence),
        candidates.map((each) => each.text),
      );
      const alignments = alignCitations({ question: '', sentences: variants.map((each) => each.sentence), candidates, similarity: vectors });
      results.push(...variants.map((variant, row) => ({ ...variant, supported: alignments[row]?.supported ?? false })));
    }
  }
  for (const each of results) if (each.supported && !['unchanged', 'reworded'].includes(each.kind)) process.stderr.write(`planted ${each.kind} was called supported: ${each.sentence.replace(/\s+/g, ' ')}\n`);
  const kinds = [...new Set(results.map((each) => each.kind))];
  return Object.fromEntries(kinds.map((kind) => [kind, { tried: results.filter((each) => each.kind === kind).length, calledSupported: results.filter((each) => each.kind === kind && each.supported).length }]));
}

function variantsOf(sentence: string, around: string): { kind: string; sentence: string }[] {
  const variants = [
    { kind: 'unchanged', sentence },
    { kind: 'reworded', sentence: reworded(sentence) },
  ];
  const number = /(?<![\w.])\d+(?![\w.])/.exec(sentence);
  if (number) variants.push({ kind: 'number', sentence: sentence.replace(number[0], String(Number(number[0]) + 1)) });
  const denied = negated(sentence);
  if (denied) variants.push({ kind: 'negation', sentence: denied });
  const names = answerTokens(sentence).filter((token) => token.kind === 'identifier' && token.raw.length > 4);
  const others = answerTokens(around).filter((token) => token.kind === 'identifier' && token.raw.length > 4 && !sentence.toLowerCase().includes(token.key));
  const name = names[0];
  const other = others[Math.floor(others.length / 2)];
  if (name && other) variants.push({ kind: 'name', sentence: sentence.replaceAll(name.raw, other.raw) });
  const flipped = flip(sentence);
  if (flipped) variants.push({ kind: 'contrast', sentence: flipped });
  return variants;
}

/** What a weak model does to a sentence: drops an aside, swaps small words. */
function reworded(sentence: string): string {
  return sentence
    .replace(/\s*\([^)]*\)/g, '')
    .replace(/\bis used\b/g, 'gets used')
    .replace(/\bThis\b/, 'It')
    .replace(/\bwill be\b/g, 'is')
    .replace(/\bReturn\b/, 'It returns');
}

function negated(sentence: string): string | null {
  if (/\b(?:not|never|no|cannot|without)\b|n['’]t/i.test(sentence)) return /\b(?:is|are|does|do|will|should|must|can|may) not /.test(sentence) ? sentence.replace(/\b(is|are|does|do|will|should|must|can|may) not /, '$1 ') : null;
  return /\b(?:is|are|will|should|must|can|may) /.test(sentence) ? sentence.replace(/\b(is|are|will|should|must|can|may) /, '$1 not ') : null;
}

const FLIPS: Readonly<Record<string, string>> = { true: 'false', false: 'true', True: 'False', False: 'True', before: 'after', after: 'before', first: 'last', minimum: 'maximum', maximum: 'minimum', enabled: 'disabled', read: 'write', always: 'never', oldest: 'newest', largest: 'smallest', smallest: 'largest' };

function flip(sentence: string): string | null {
  for (const [from, to] of Object.entries(FLIPS)) {
    if (new RegExp(`\\b${from}\\b`).test(sentence)) return sentence.replace(new RegExp(`\\b${from}\\b`), to);
  }
  return null;
}
