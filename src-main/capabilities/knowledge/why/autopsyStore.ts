import { readCommand, tables } from '../../../storage/command.ts';
import type { DocumentRow, KnowledgeTables } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/** Documents of this name, deleted ones too: live ones first, then those that were deleted last. A name without its folders is enough. */
export const documentsNamed = readCommand('knowledge.documentsNamed', (sql, { knowledgeId, file }: { knowledgeId: string; file: string }): DocumentRow[] => {
  const all = db.selectFrom('knowledge_documents').selectAll().where('knowledge_id', '=', knowledgeId).orderBy('deleted_at_ms', (order) => order.desc().nullsFirst()).limit(10);
  const exact = sql.all(all.where('file', '=', file));
  if (exact.length > 0) return exact;
  const pattern = `%/${file.replace(/[\\%_]/g, '\\$&')}`;
  return sql.all(all.where(({ eb, val }) => eb('file', 'like', val(pattern)))).filter((row) => row.file.endsWith(`/${file}`));
});

export const autopsyStoreCommands = [documentsNamed];
