/** Row shapes of the tables that the knowledge capability owns. Nobody else reads them. */
export interface KnowledgeTables {
  knowledge_bases: {
    id: string;
    slug: string;
    name: string;
    sources: string;
    /** As the project file says; what a snapshot was cut with is its own. */
    max_tokens: number;
    /** The one that serves. */
    snapshot_id: string;
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
    bytes: number;
    mtime_ns: string;
    inode: string;
    checked_at_ms: number;
    source_digest: string | null;
    parsed_digest: string | null;
    warnings: string;
    reason: string | null;
    indexed_at_ms: number | null;
    deleted_at_ms: number | null;
    author: string | null;
    created_ms: number | null;
    modified_ms: number | null;
    /** BCP 47. */
    language: string | null;
    url: string | null;
    /** JSON object: whatever else the document says of itself. */
    metadata: string;
    /** File of the archive or export that it came out of. */
    container: string | null;
    /** The copy that was fetched, relative to the folder of all such copies; null for what lies in its root or in a container. */
    copy: string | null;
    /** The document that holds the same text and is searched in its place. */
    alias_of: string | null;
    text_digest: string | null;
    signature: Uint8Array | null;
  };
  knowledge_snapshots: {
    id: string;
    knowledge_id: string;
    state: string;
    max_tokens: number;
    /** Slug of the transformer embedder. */
    embedder: string;
    embedder_digest: string | null;
    /** Of the embedder's vectors; null until stage two has begun. */
    dimensions: number | null;
    paused: number;
    vectors_done: number;
    created_at_ms: number;
    served_from_ms: number | null;
    served_until_ms: number | null;
    failure: string | null;
  };
  /** What a document is called in a snapshot's index, and in which form. */
  knowledge_entries: {
    snapshot_id: string;
    document_id: string;
    index_id: string;
    chunker: string;
    parsed_digest: string;
    chunks: number;
  };
  /** Pieces of the signatures of documents, to find near duplicates by. */
  knowledge_bands: {
    document_id: string;
    band: number;
    hash: number;
  };
  /** Every form that a document was read in. */
  knowledge_forms: {
    document_id: string;
    parsed_digest: string;
    at_ms: number;
  };
  knowledge_evaluations: {
    id: string;
    knowledge_id: string;
    snapshot_id: string;
    at_ms: number;
    record: string;
  };
  knowledge_chunks: {
    snapshot_id: string;
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
    /** Digest of the artifact that says how it came about. */
    trace: string | null;
  };
  /** Which documents, in which form, an answer cites, and how often. */
  knowledge_citations: {
    answer_id: string;
    document_id: string;
    parsed_digest: string;
    citations: number;
  };
}

export type KnowledgeRow = KnowledgeTables['knowledge_bases'];
export type DocumentRow = KnowledgeTables['knowledge_documents'];
export type SnapshotRow = KnowledgeTables['knowledge_snapshots'];
export type EntryRow = KnowledgeTables['knowledge_entries'];
export type ChunkRow = KnowledgeTables['knowledge_chunks'];
