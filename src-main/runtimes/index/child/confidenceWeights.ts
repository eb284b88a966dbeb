import type { ConfidenceFeatures } from './confidence.ts';

/**
 * Fitted by `node bench/fitConfidence.ts` on the `tune` half of bench/questions (239 questions, 57 of them unanswerable,
 * over five families of manuals), both classes weighing the same. AUROC on a family that a fit has seen nothing of:
 * 0.84 (Python and SQLite), 0.89 (PostgreSQL, Git, HAProxy), 1.00 (Node.js, zsh, R, Debian), 0.82 (Apache, fish, Borg, Bash),
 * 0.96 (Slurm, Exim, gnuplot, Vim, npm); of this fit on the held half of all: 0.93. Cosine of chunk and of nearest sentence,
 * agreement of documents and plain BM25 were tried and left out: no gain, or a sign that would not hold elsewhere. The same where candidates
 * have transformer vectors: AUROC on the held half is 0.94 there; a fit of its own gained 0.003, their cosine as a feature nothing.
 */
export const CONFIDENCE_BIAS = -1.99;
export const CONFIDENCE_WEIGHTS: Readonly<Record<keyof ConfidenceFeatures, number>> = {
  coveredByFirst: 1.61,
  nearestWords: 2.92,
  missing: -1.22,
  unknown: -3.84,
  unknownName: -3.03,
  lead: 0.58,
};
/** From here on a question counts as answerable: the balance point of the fit. */
export const ANSWERABLE_FROM = 0.5;
