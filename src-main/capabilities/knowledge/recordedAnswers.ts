import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Answer } from '#contract/knowledge.ts';
import { answersOf, saveAnswer } from './answerStore.ts';
import { pageOfDocuments } from './documentStore.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { DocumentRow } from './knowledgeTables.ts';

/** Where a project carries answers that were recorded elsewhere: real results with their machine and date. */
export const RECORDED_FILE = path.join('recorded', 'answers.json');

export const RecordedAnswers = z.object({ version: z.literal(1), answers: z.array(Answer) });
export type RecordedAnswers = z.infer<typeof RecordedAnswers>;

/** Points a recorded answer at this project's documents; null when what it cites was read differently here. */
function adopt(answer: Answer, rows: ReadonlyMap<string, DocumentRow>): Answer | null {
  const same = answer.citations.every((citation) => rows.get(citation.file)?.parsed_digest === citation.parsedDigest);
  if (!same) return null;
  const here = <T extends { file: string; documentId: Answer['citations'][number]['documentId'] }>(item: T): T => ({ ...item, documentId: (rows.get(item.file)?.id ?? item.documentId) as T['documentId'] });
  return { ...answer, citations: answer.citations.map(here), passages: answer.passages.filter((passage) => rows.has(passage.file)).map(here) };
}

/** Null for anything else: a broken file beside a project's documents must not cost their ingestion. */
function readRecorded(text: string): RecordedAnswers | null {
  try {
    return RecordedAnswers.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Brings the sample's recorded answers into its history, once; answers how many came. */
export async function importRecorded(deps: Pick<KnowledgeDeps, 'database' | 'projectFolder' | 'logger' | 'publish'>, knowledgeId: string): Promise<number> {
  const text = await readFile(path.join(deps.projectFolder, RECORDED_FILE), 'utf8').catch(() => null);
  if (text === null) return 0;
  const recordedAnswers = readRecorded(text);
  if (recordedAnswers === null) {
    deps.logger.warn(`${RECORDED_FILE} is not a file of recorded answers and is left alone`);
    return 0;
  }
  const { rows } = await deps.database.run(pageOfDocuments, { knowledgeId, state: 'ready', filter: '', sort: 'file', descending: false, offset: 0, limit: 1000 });
  const byFile = new Map(rows.map((row) => [row.file, row]));
  let imported = 0;
  for (const recorded of recordedAnswers.answers) {
    const answer = adopt(recorded, byFile);
    const known = (await deps.database.run(answersOf, recorded.conversationId)).some((earlier) => earlier.id === recorded.id);
    if (answer === null || known) continue;
    await deps.database.run(saveAnswer, { answer, knowledgeId, atMs: answer.createdAtMs, modelDigest: null });
    imported += 1;
  }
  if (imported > 0) deps.publish({ topic: 'conversations.changed' });
  return imported;
}
