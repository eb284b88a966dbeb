import type { ConfidenceFeatures } from './confidence.ts';

/**
 * Fitted by `node bench/fitConfidence.ts` on 334 questions (76 unanswerable) over three families of manuals, both
 * classes weighing the same. AUROC on a family that the fit has not seen: 0.87 (Python and SQLite), 0.89 (PostgreSQL,
 * Git, HAProxy), 0.99 (Node.js, zsh, R, Debian); 0.85 on the last when its unanswerable questions are answerable ones of
 * the other two families. Cosine, agreement of documents and plain BM25 were tried and left out: no gain, or a sign
 * that would not hold elsewhere.
 */
export const CONFIDENCE_BIAS = -0.92;
export const CONFIDENCE_WEIGHTS: Readonly<Record<keyof ConfidenceFeatures, number>> = {
  coveredByFirst: 2,
  nearestWords: 0.87,
  missing: -1.27,
  unknown: -3.96,
  unknownName: -2.32,
  lead: 2.35,
};
/** From here on a question counts as answerable: the balance point of the fit. */
export const ANSWERABLE_FROM = 0.5;
