/**
 * Weights of the ranking's features, fitted by a listwise softmax over the `tune` half of bench/questions on five
 * families of manuals and held near those of the first three families' fit. A feature is here when a fit on four families
 * ranks the fifth better with it (bench/README.md has the figures): few on purpose, with three times as many the left-out
 * families ranked worse.
 */
export const RANKING_WEIGHTS = {
  /** BM25 over body, headings and title, as a share of the question's weight. */
  words: 1.1,
  /** Cosine of the static vectors. */
  vector: 6.72,
  /** Cosine with the chunk's nearest sentence. */
  sentence: 2.25,
  /** Each word of the question against its nearest word in the chunk, weighed by rarity. */
  nearestWords: 5.89,
  /** `words`, averaged over the document's three best chunks. */
  document: 2.26,
  /** Share of connecting words in the document, up to 0.3: indexes and link lists have next to none. */
  prose: 8.23,
  /** The document's first chunk, which says what it is about. */
  opening: 1.28,
  /** Of the better neighbour's lead over an unremarkable candidate: set, not fitted. */
  neighbour: 0.2,
  /** Release notes and change logs, unless the question asks for versions. */
  releaseNotes: -2.76,
  /** The text that a page was generated from, kept beside it (Sphinx's `_sources`): the page itself goes first. */
  sourceCopy: -3,
  /** An identifier of the question begins a line of the chunk: its definition rather than a mention. */
  definition: 1.56,
  /** Identifiers of the question that stand in the chunk as written: set, not fitted, so that look-alikes never win. */
  identifiers: 2,
  /** A quoted phrase stands in the chunk. */
  phrase: 6,
  deep: 0,
  late: 0,
} as const;

export type RankingWeights = Readonly<Record<keyof typeof RANKING_WEIGHTS, number>>;

/**
 * With transformer vectors, which take over some of what the static ones say. The three are chosen on the `tune` half of two families
 * (84 questions); the others are as fitted without. Fits over all features and five families ranked no better; the held half gains 0.04 of
 * MRR@10 and 0.08 of passage hit@5 (docs/decisions/second-stage.md).
 */
export const DEEP_RANKING_WEIGHTS: RankingWeights = {
  ...RANKING_WEIGHTS,
  vector: 4.72,
  /** Cosine of the transformer vectors. */
  deep: 6,
  /** Late interaction of the transformer's token vectors. */
  late: 14,
};

/** BM25's parameters (Robertson and Zaragoza, 2009) and what a hit in a heading or the title counts against one in the text. */
export const BM25 = { k1: 1.2, b: 0.6, averageTerms: 110, heading: 1, title: 0.8 } as const;
