import type { SimilarDocument } from '#contract/why.ts';
import { likeness } from '../../../runtimes/parse/likeness.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { aliasesOf, bandNeighbours } from './aliasStore.ts';

/** Below this two documents share passages but are not versions of one; the estimate is good to a few hundredths. */
const NEAR_FROM = 0.8;
/** An estimate may say 1 of texts that differ in a word: 1 is kept for the very same text. */
const NEAR_TO = 0.99;

/** A signature as its column holds it: little-endian, as on every platform that Lathe runs on. */
function toSignature(bytes: Uint8Array): Uint32Array {
  // A copy: the bytes may be a view that begins anywhere.
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

/** Documents with exactly or nearly the same text, most alike first. Texts too short for a signature have exact copies only. */
export async function similarDocuments({ database }: Pick<KnowledgeDeps, 'database'>, documentId: string): Promise<SimilarDocument[]> {
  const exact = (await database.run(aliasesOf, [documentId]))[documentId] ?? [];
  const known = new Set(exact.map((alias) => alias.documentId));
  const banded = await database.run(bandNeighbours, documentId);
  const own = banded && toSignature(banded.signature);
  const near = (banded?.neighbours ?? [])
    .filter((neighbour) => !known.has(neighbour.documentId))
    .map(({ signature, ...neighbour }) => ({ ...neighbour, likeness: own ? Math.min(NEAR_TO, likeness(own, toSignature(signature))) : 0 }))
    .filter((neighbour) => neighbour.likeness >= NEAR_FROM)
    .sort((a, b) => b.likeness - a.likeness || (a.file < b.file ? -1 : 1));
  return [...exact.map((alias) => ({ ...alias, likeness: 1 })), ...near] as SimilarDocument[];
}
