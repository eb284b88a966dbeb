/** Row shapes of the tables that the knowledge capability owns. Nobody else reads them. */
export interface KnowledgeTables {
  knowledge_bases: {
    id: string;
    slug: string;
    name: string;
    sources: string;
    max_tokens: number;
    created_at_ms: number;
    updated_at_ms: number | null;
    deleted_at_ms: number | null;
  };
  knowledge_documents: {
    id: string;
    knowledge_id: string;
    root: string;
    file: string;
    state: string;
    format: string | null;
    title: string;
    pages: number | null;
    chunks: number;
    bytes: number;
    mtime_ns: string;
    inode: string;
    checked_at_ms: number;
    source_digest: string | null;
    parsed_digest: string | null;
    chunker: string | null;
    index_id: string | null;
    warnings: string;
    reason: string | null;
    indexed_at_ms: number | null;
    deleted_at_ms: number | null;
  };
  knowledge_chunks: {
    document_id: string;
    ordinal: number;
    id: string;
    start: number;
    end: number;
    tokens: number;
    page: number | null;
    kind: string;
    headings: string;
  };
  knowledge_conversations: {
    id: string;
    knowledge_id: string;
    title: string;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
  knowledge_answers: {
    id: string;
    conversation_id: string;
    sequence: number;
    state: string;
    question: string;
    record: string;
    created_at_ms: number;
  };
}

export type KnowledgeRow = KnowledgeTables['knowledge_bases'];
export type DocumentRow = KnowledgeTables['knowledge_documents'];
export type ChunkRow = KnowledgeTables['knowledge_chunks'];
