import { z } from 'zod';
import { Job } from './jobs.ts';
import { Answer } from './knowledge.ts';
import { LogLine, NetworkCall } from './system.ts';

/** What a window is told. Views read state by a query, then follow these. */
export const EventPayload = z.discriminatedUnion('topic', [
  z.object({ topic: z.literal('job.changed'), job: Job }),
  /** Counts or documents of a knowledge base changed: re-read what is shown. */
  z.object({ topic: z.literal('knowledge.changed'), knowledgeId: z.uuid() }),
  /** An increment of an answer's text. `at` is the length of the text before it. */
  z.object({ topic: z.literal('answer.text'), answerId: z.uuid(), at: z.number().int().nonnegative(), text: z.string() }),
  z.object({ topic: z.literal('answer.changed'), answer: Answer }),
  z.object({ topic: z.literal('conversations.changed') }),
  z.object({ topic: z.literal('models.changed') }),
  z.object({ topic: z.literal('project.changed') }),
  z.object({ topic: z.literal('undo.changed') }),
  z.object({ topic: z.literal('settings.changed') }),
  z.object({ topic: z.literal('network.call'), call: NetworkCall }),
  z.object({ topic: z.literal('log.line'), line: LogLine }),
  z.object({ topic: z.literal('runtimes.changed') }),
]);
export type EventPayload = z.infer<typeof EventPayload>;

/** One event of the stream: NDJSON, one array of events a line, coalesced to about 16 ms. */
export interface StreamEvent {
  readonly epoch: string;
  readonly sequence: number;
  /** null for events of the machine. */
  readonly projectId: string | null;
  readonly topic: EventPayload['topic'] | 'stream.reread';
  readonly payload: EventPayload | null;
}
