export interface FileRow {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
}

interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
}

/** Rows of an opened tree: folders before files, each level by name. A folder that is only implied by a path gets a row. */
export function prepareFileTree(entries: readonly Entry[]): FileRow[] {
  const all = new Map<string, Entry>();
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (!all.has(folder)) all.set(folder, { path: folder, kind: 'folder', sizeBytes: 0 });
    }
    all.set(entry.path, entry);
  }
  const sortKey = ({ path, kind }: Entry): string => {
    const parts = path.split('/');
    return parts.map((part, index) => `${index < parts.length - 1 || kind === 'folder' ? '0' : '1'}${part.toLocaleLowerCase()}`).join('/');
  };
  return [...all.values()]
    .map((entry) => ({ entry, key: sortKey(entry) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => ({ ...entry, name: entry.path.split('/').at(-1) ?? entry.path, depth: entry.path.split('/').length - 1 }));
}
