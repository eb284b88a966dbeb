/** The manual's pages as they stand in docs/manual, each a chunk of its own: help works without a network and without a knowledge base. */
const FILES = import.meta.glob<string>('../../docs/manual/*.md', { query: '?raw', import: 'default' });

/** Null when the manual has no such page. */
export async function readManualPage(page: string): Promise<string | null> {
  return (await FILES[`../../docs/manual/${page}.md`]?.()) ?? null;
}
