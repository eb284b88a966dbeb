/** What is shown of a knowledge base; its documents when left out. */
export const KNOWLEDGE_PARTS = ['documents', 'questions', 'snapshots', 'map', 'sources'] as const;
export type KnowledgePart = (typeof KNOWLEDGE_PARTS)[number];

/** What narrows the documents of a list or a question, as it is written in the fields. */
export const NARROWING = ['format', 'language', 'author', 'path', 'after', 'before'] as const;
export type Narrowing = { readonly [Field in (typeof NARROWING)[number]]?: string };

/**
 * Where a tab stands. A route is the whole address of a view: it is what the URL fragment holds (`#/p/<project>/…`),
 * what a saved tab restores from, and what a deep link is.
 */
export type Route =
  | { readonly place: 'home' }
  | ({ readonly place: 'knowledge'; readonly knowledgeId?: string; readonly part?: KnowledgePart; readonly filter?: string; readonly state?: string } & Narrowing)
  | ({ readonly place: 'ask'; readonly conversationId?: string; readonly knowledgeId?: string } & Narrowing)
  | { readonly place: 'why'; readonly answerId: string }
  | { readonly place: 'autopsy'; readonly knowledgeId: string; readonly question?: string; readonly answerId?: string; readonly file?: string; readonly quote?: string }
  | { readonly place: 'preview'; readonly knowledgeId: string; readonly path: string; readonly member?: string }
  | { readonly place: 'pipelines'; readonly pipeline?: string }
  | { readonly place: 'models' }
  | { readonly place: 'settings'; readonly section?: string }
  | { readonly place: 'manual'; readonly page?: string }
  | { readonly place: 'file'; readonly path: string }
  | { readonly place: 'document'; readonly documentId: string; readonly name: string; readonly parsed?: string; readonly start?: number; readonly end?: number };

/** Two routes with the same key share a tab. */
export function tabKey(route: Route): string {
  if (route.place === 'file') return `file:${route.path}`;
  if (route.place === 'document') return `document:${route.documentId}`;
  if (route.place === 'why') return `why:${route.answerId}`;
  if (route.place === 'preview') return `preview:${route.path}:${route.member ?? ''}`;
  return route.place;
}

export function formatRoute(route: Route): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(route)) {
    if (name !== 'place' && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? route.place : `${route.place}?${text}`;
}

/** Null when the text is no route of this version. */
export function parseRoute(text: string): Route | null {
  const [place = '', search = ''] = text.split('?', 2);
  const query = new URLSearchParams(search);
  const optional = <K extends string>(...names: K[]): Partial<Record<K, string>> => {
    const found: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = query.get(name);
      if (value !== null && value !== '') found[name] = value;
    }
    return found;
  };
  switch (place) {
    case 'home':
    case 'models':
      return { place };
    case 'pipelines':
      return { place, ...optional('pipeline') };
    case 'settings':
      return { place, ...optional('section') };
    case 'manual':
      return { place, ...optional('page') };
    case 'knowledge':
      return { place, ...optional('knowledgeId', 'filter', 'state', ...NARROWING), ...knowledgePart(query.get('part')) };
    case 'why': {
      const answerId = query.get('answerId');
      return answerId === null || answerId === '' ? null : { place, answerId };
    }
    case 'autopsy': {
      const knowledgeId = query.get('knowledgeId');
      return knowledgeId === null || knowledgeId === '' ? null : { place, knowledgeId, ...optional('question', 'answerId', 'file', 'quote') };
    }
    case 'preview': {
      const knowledgeId = query.get('knowledgeId');
      const path = query.get('path');
      return knowledgeId === null || knowledgeId === '' || path === null || path === '' ? null : { place, knowledgeId, path, ...optional('member') };
    }
    case 'ask':
      return { place, ...optional('conversationId', 'knowledgeId', ...NARROWING) };
    case 'file': {
      const path = query.get('path');
      return path === null || path === '' ? null : { place, path };
    }
    case 'document':
      return parseDocument(query, optional('parsed'));
    default:
      return null;
  }
}

function knowledgePart(text: string | null): { part?: KnowledgePart } {
  const part = KNOWLEDGE_PARTS.find((name) => name === text);
  return part === undefined || part === 'documents' ? {} : { part };
}

function parseDocument(query: URLSearchParams, parsed: { parsed?: string }): Route | null {
  const documentId = query.get('documentId');
  if (documentId === null || documentId === '') return null;
  const start = Number.parseInt(query.get('start') ?? '', 10);
  const end = Number.parseInt(query.get('end') ?? '', 10);
  const span = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start ? { start, end } : {};
  return { place: 'document', documentId, name: query.get('name') ?? 'Document', ...parsed, ...span };
}

/** `#/p/<projectId>/<route>`. */
export function formatFragment(projectId: string, route: Route): string {
  return `#/p/${projectId}/${formatRoute(route)}`;
}

export function parseFragment(fragment: string): { readonly projectId: string; readonly route: Route | null } | null {
  const match = /^#\/p\/([0-9a-f-]{36})(?:\/(.*))?$/.exec(fragment);
  if (match?.[1] === undefined) return null;
  return { projectId: match[1], route: parseRoute(match[2] ?? '') };
}
