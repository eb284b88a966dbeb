import type { ExpectedPassage, SavedQuestion } from '#contract/questions.ts';
import { readParsed } from '../documentView.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { placeOfQuote } from './holdsQuote.ts';
import { documentsByFile } from './questionStore.ts';

/** Texts do not change under their digest, so what was looked up once stays true; this many lookups are kept. */
const REMEMBERED = 50_000;

export interface ExpectedPassages {
  /** For each passage whether it stands in a document now. */
  look(knowledgeId: string, passages: readonly ExpectedPassage[]): Promise<SavedQuestion['found']>;
}

export function createExpectedPassages(deps: Pick<KnowledgeDeps, 'database' | 'artifacts'>): ExpectedPassages {
  const known = new Map<string, boolean>();

  function remember(key: string, stands: boolean): boolean {
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, stands);
    return stands;
  }

  async function look(knowledgeId: string, passages: readonly ExpectedPassage[]): Promise<SavedQuestion['found']> {
    const rows = await deps.database.run(documentsByFile, { knowledgeId, files: [...new Set(passages.map(({ file }) => file))] });
    const digests = Map.groupBy(
      rows.flatMap(({ file, parsed_digest: digest }) => (digest === null ? [] : [{ file, digest }])),
      ({ file }) => file,
    );
    let open: { digest: string; text: string } | null = null;
    const stands = async (digest: string, quote: string): Promise<boolean> => {
      const key = `${digest}\n${quote}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      // One text at a time: those of a whole knowledge base do not fit the memory. One that is lost holds nothing.
      if (open?.digest !== digest) open = { digest, text: await readParsed(deps, digest).then(({ text }) => text, () => '') };
      return remember(key, placeOfQuote(open.text, quote) !== null);
    };
    const found: SavedQuestion['found'] = Array.from(passages, () => 'file-missing' as const);
    const inOrder = passages.map((passage, at) => ({ ...passage, at })).sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    for (const { file, quote, at } of inOrder) {
      for (const { digest } of digests.get(file) ?? []) {
        found[at] = (await stands(digest, quote)) ? 'there' : 'quote-missing';
        if (found[at] === 'there') break;
      }
    }
    return found;
  }

  return { look };
}
