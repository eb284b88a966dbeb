/**
 * Weights of the ranking's features, fitted by a listwise softmax over the questions of bench/questions on three
 * families of manuals (Python and SQLite; PostgreSQL, Git and HAProxy; Node.js, zsh, R and Debian), each family left
 * out in turn; a feature stayed only if it helped the families that it was not fitted on. Few features on purpose:
 * with twice as many the left-out families ranked worse. To fit again: bench/README.md.
 */
export const RANKING_WEIGHTS = {
  /** BM25 over body, headings and title, as a share of the question's weight. */
  words: 0.47,
  /** Cosine of the static vectors. */
  vector: 4.9,
  /** Each word of the question against its nearest word in the chunk, weighed by rarity. */
  nearestWords: 3.1,
  /** `words`, averaged over the document's three best chunks. */
  document: 2.9,
  /** Share of connecting words in the document, up to 0.3: indexes and link lists have next to none. */
  prose: 9.1,
  /** Release notes and change logs, unless the question asks for versions. */
  releaseNotes: -2.8,
  /** The text that a page was generated from, kept beside it (Sphinx's `_sources`): the page itself goes first. */
  sourceCopy: -3,
  /** An identifier of the question stands at the chunk's start: its definition rather than a mention. */
  definition: 0.5,
  /** Identifiers of the question that stand in the chunk as written: set, not fitted, so that look-alikes never win. */
  identifiers: 1.5,
  /** A quoted phrase stands in the chunk. */
  phrase: 6,
} as const;

/** BM25's parameters (Robertson and Zaragoza, 2009) and what a hit in a heading or the title counts against one in the text. */
export const BM25 = { k1: 1.2, b: 0.6, averageTerms: 110, heading: 1, title: 0.8 } as const;
