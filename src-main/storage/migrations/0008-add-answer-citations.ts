import type { Migration } from '../migrations.ts';

/**
 * Which documents an answer cites, beside its record: "what depends on this document" must not read every answer.
 * `saveAnswer` writes it from now on; what was answered before is taken from the records.
 */
export const migration: Migration = {
  id: '0008-add-answer-citations',
  database: 'project',
  up: `
CREATE TABLE knowledge_citations (
  answer_id TEXT NOT NULL REFERENCES knowledge_answers(id) ON DELETE CASCADE,
  document_id TEXT NOT NULL,
  parsed_digest TEXT NOT NULL,
  citations INTEGER NOT NULL,
  PRIMARY KEY (answer_id, document_id, parsed_digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_citations_document ON knowledge_citations(document_id);
INSERT INTO knowledge_citations (answer_id, document_id, parsed_digest, citations)
  SELECT answer.id, citation.value ->> '$.documentId', citation.value ->> '$.parsedDigest', count(*)
  FROM knowledge_answers AS answer, json_each(answer.record, '$.citations') AS citation
  WHERE citation.value ->> '$.documentId' IS NOT NULL AND citation.value ->> '$.parsedDigest' IS NOT NULL
  GROUP BY 1, 2, 3;
`,
};
