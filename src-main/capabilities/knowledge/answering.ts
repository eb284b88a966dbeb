import { AppError } from '../../base/appError.ts';
import type { IndexLocation, TextModelFacts } from '../../runtimes/types.ts';
import type { AnswerDeps } from './answer/answerTypes.ts';
import { readParsed } from './documentView.ts';
import type { AnswerSettings, KnowledgeDeps, TextModel } from './knowledgePorts.ts';
import type { FoundPassages } from './searchKnowledge.ts';

/** A loaded model over what one search found: all that an answer or its prompt is made with. */
export interface Answering extends AnswerDeps {
  readonly model: TextModel;
  readonly facts: TextModelFacts;
  readonly settings: AnswerSettings;
}

export interface AnsweringInput {
  /** Slug that was asked for; null = the project's or the person's choice. */
  readonly wanted: string | null;
  /** Of the index that was searched. */
  readonly at: IndexLocation;
  readonly rows: FoundPassages['rows'];
  readonly signal: AbortSignal;
}

type Deps = Pick<KnowledgeDeps, 'answers' | 'artifacts' | 'index' | 'models' | 'text' | 'trusted'>;

/** Loads the model that writes. Rejects as ModelsPort.textModel and TextRuntime.load do. */
export async function openAnswering(deps: Deps, { wanted, at, rows, signal }: AnsweringInput): Promise<Answering> {
  const settings = await deps.answers();
  // A stranger's project must not make this machine fetch a model: its pin counts once the project is trusted.
  const model = await deps.models.textModel(wanted, signal, (await deps.trusted()) ? settings.model : null);
  const facts = await deps.text.load(model.path, { signal });
  return {
    model,
    facts,
    settings,
    contextTokens: facts.contextTokens,
    parameters: facts.parameters,
    generate: (request, options) => deps.text.generate(model.path, request, options),
    countTokens: (messages) => deps.text.countTokens(model.path, messages, { signal }),
    similarity: (texts, others) => deps.index.similarity(at, { texts, others }, { signal }),
    documentOf: async (documentId) => {
      const row = [...rows.values()].find((candidate) => candidate.id === documentId);
      if (!row?.parsed_digest) throw new AppError('DOCUMENT_NOT_FOUND', `The document ${documentId} has no parsed form`);
      return { parsedDigest: row.parsed_digest, document: await readParsed(deps, row.parsed_digest) };
    },
  };
}
