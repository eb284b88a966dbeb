import { z } from 'zod';
import { COMMAND_OUTPUTS } from './commands.ts';
import { KnowledgeFile, ProjectFile } from './projects.ts';
import { PipelineFile } from './pipelines.ts';
import { QuestionsFile } from './questions.ts';

/** The published JSON Schemas by file name: what an outside editor or script reads. Committed under `resources/schemas`. */
export function jsonSchemas(): Record<string, Record<string, unknown>> {
  const files = {
    'project.json': schemaOf(ProjectFile, { title: 'lathe.yaml', io: 'input' }),
    'knowledge.json': schemaOf(KnowledgeFile, { title: 'knowledge/SLUG.yaml', io: 'input' }),
    'pipeline.json': schemaOf(PipelineFile, { title: 'pipelines/SLUG.yaml', io: 'input' }),
    'questions.json': schemaOf(QuestionsFile, { title: 'knowledge/questions/SLUG.yaml', io: 'input' }),
  };
  const outputs = Object.entries(COMMAND_OUTPUTS).map(([name, schema]) => [`command-${name.replaceAll(' ', '-')}.json`, schemaOf(schema, { title: `${name} --json`, io: 'output' })] as const);
  return { ...files, ...Object.fromEntries(outputs) };
}

function schemaOf(schema: z.ZodType, { title, io }: { title: string; io: 'input' | 'output' }): Record<string, unknown> {
  return { title, ...z.toJSONSchema(schema, { io }) };
}
