import type { ConfidenceFeatures } from './confidence.ts';

/**
 * Fitted by `node bench/fitConfidence.ts` on the `tune` half of bench/questions (349 questions, 76 of them unanswerable,
 * over three families of manuals), both classes weighing the same. AUROC on a family that a fit has seen nothing of:
 * 0.84 (Python and SQLite), 0.88 (PostgreSQL, Git, HAProxy), 1.00 (Node.js, zsh, R, Debian); of this fit on the held half of
 * all: 0.93. With answerable questions of other families as the unanswerable ones it was 0.85. Cosine, agreement of
 * documents and plain BM25 were tried and left out: no gain, or a sign that would not hold elsewhere.
 */
export const CONFIDENCE_BIAS = -1.35;
export const CONFIDENCE_WEIGHTS: Readonly<Record<keyof ConfidenceFeatures, number>> = {
  coveredByFirst: 0.79,
  nearestWords: 3.16,
  missing: -1.82,
  unknown: -3.57,
  unknownName: -2.15,
  lead: 0.84,
};
/** From here on a question counts as answerable: the balance point of the fit. */
export const ANSWERABLE_FROM = 0.5;
