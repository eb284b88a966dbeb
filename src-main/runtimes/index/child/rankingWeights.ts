/**
 * Weights of the ranking's features, fitted by a listwise softmax over the `tune` half of bench/questions on three
 * families of manuals (Python and SQLite; PostgreSQL, Git and HAProxy; Node.js, zsh, R and Debian). Which features to
 * have was chosen on all questions, each family left out in turn: few on purpose, with three times as many the left-out
 * families ranked worse. To fit again: bench/README.md.
 */
export const RANKING_WEIGHTS = {
  /** BM25 over body, headings and title, as a share of the question's weight. */
  words: 0.39,
  /** Cosine of the static vectors. */
  vector: 5.4,
  /** Each word of the question against its nearest word in the chunk, weighed by rarity. */
  nearestWords: 3.83,
  /** `words`, averaged over the document's three best chunks. */
  document: 2.42,
  /** Share of connecting words in the document, up to 0.3: indexes and link lists have next to none. */
  prose: 6.26,
  /** Release notes and change logs, unless the question asks for versions. */
  releaseNotes: -2.76,
  /** The text that a page was generated from, kept beside it (Sphinx's `_sources`): the page itself goes first. */
  sourceCopy: -3,
  /** An identifier of the question stands at the chunk's start: its definition rather than a mention. */
  definition: 0.38,
  /** Identifiers of the question that stand in the chunk as written: set, not fitted, so that look-alikes never win. */
  identifiers: 1.5,
  /** A quoted phrase stands in the chunk. */
  phrase: 6,
} as const;

/** BM25's parameters (Robertson and Zaragoza, 2009) and what a hit in a heading or the title counts against one in the text. */
export const BM25 = { k1: 1.2, b: 0.6, averageTerms: 110, heading: 1, title: 0.8 } as const;
