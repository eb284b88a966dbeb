import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi, useProjectId } from '../client/ApiContext.tsx';
import { useConversations, useKnowledgeBases } from '../client/knowledgeQueries.ts';
import { useModels } from '../client/modelQueries.ts';
import { useProjectFiles } from '../client/projectQueries.ts';
import { formatRelative } from '../lib/formatTime.ts';
import type { WindowPort } from '../ui/windowPort.tsx';
import type { Openable } from './rankOpenables.ts';
import { useWindowState } from './windowStore.ts';

/** Documents of each knowledge base that a query brings: the owner filters, so ten thousand are no burden. */
const DOCUMENTS = 40;

/** Everything that Mod+P opens. Documents are those that the owner finds for the longest word of the query. */
export function useOpenables(port: WindowPort, query: string): Openable[] {
  const open = useWindowState(({ palette }) => palette === 'open');
  const documents = useFoundDocuments(open, longestWord(query));
  const files = useProjectFiles().data ?? [];
  const conversations = useConversations().data ?? [];
  const models = useModels().data?.models ?? [];
  const bases = useKnowledgeBases().data ?? [];
  if (!open) return [];
  return [
    ...conversations.map(({ id, title, updatedAtMs }) => ({ id: `conversation-${id}`, title, detail: `Conversation · ${formatRelative(updatedAtMs, Date.now())}`, keys: null, run: () => port.open({ place: 'ask', conversationId: id }) })),
    ...bases.map(({ id, name }) => ({ id: `knowledge-${id}`, title: name, detail: 'Knowledge base', keys: null, run: () => port.open({ place: 'knowledge', knowledgeId: id }) })),
    ...files.filter(({ kind }) => kind === 'file').map(({ path }) => ({ id: `file-${path}`, title: path, detail: 'Project file', keys: null, run: () => port.open({ place: 'file', path }) })),
    ...documents.map(({ id, file, title, base }) => ({ id: `document-${id}`, title: file, detail: base === null ? title : `${title} · ${base}`, keys: null, run: () => port.open({ place: 'document', documentId: id, name: file }) })),
    ...models.map(({ slug, name }) => ({ id: `model-${slug}`, title: name, detail: 'Model', keys: null, run: () => port.open({ place: 'models' }) })),
  ];
}

function longestWord(query: string): string {
  return query.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** `base` names the knowledge base where there are several: two may hold files of one name. */
function useFoundDocuments(enabled: boolean, filter: string) {
  const api = useApi();
  const projectId = useProjectId();
  const bases = useKnowledgeBases().data ?? [];
  const found = useQuery({
    queryKey: ['documents', 'openable', projectId, bases.map(({ id }) => id), filter],
    queryFn: async () => {
      const pages = await Promise.all(bases.map(({ id }) => api.knowledge.documents({ projectId, knowledgeId: id, limit: DOCUMENTS, state: 'ready', filter })));
      return pages.flatMap(({ documents }, at) => documents.map((document) => ({ ...document, base: bases.length > 1 ? (bases[at]?.name ?? null) : null })));
    },
    enabled: enabled && bases.length > 0,
    placeholderData: keepPreviousData,
  });
  return found.data ?? [];
}
