/**
 * Documents that came in a carried knowledge base have a root of their own kind: scanning never meets it, so that no ingestion takes
 * them for gone, and lists show that they came from elsewhere. Behind the mark stands the root as it was.
 */
const MARK = 'imported:';

export function isImported(root: string): boolean {
  return root.startsWith(MARK);
}

export function importedRoot(root: string): string {
  return `${MARK}${placeOfRoot(root)}`;
}

/** Where the document's file lies, or lay on the machine that it came from. */
export function placeOfRoot(root: string): string {
  return isImported(root) ? root.slice(MARK.length) : root;
}
