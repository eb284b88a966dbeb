import { jobs } from './jobs.ts';
import { knowledge } from './knowledge.ts';
import { models } from './models.ts';
import { pipelines } from './pipelines.ts';
import { projects } from './projects.ts';
import { system } from './system.ts';

/** Every procedure of Lathe, by noun. The router, the client and the list of routes are made from this. */
export const contract = { system, projects, jobs, models, knowledge, pipelines };
export type Contract = typeof contract;

/** Header of the per-tab token; the one-time code is exchanged for it at POST /session. */
export const TOKEN_HEADER = 'authorization';
export const RPC_PREFIX = '/rpc';
/** GET: the event stream as NDJSON; `?epoch=…&after=N` resumes. */
export const EVENTS_PATH = '/events';
/** POST `{code}` → `{token}`. */
export const SESSION_PATH = '/session';
/** GET `?projectId=…&documentId=…`: a document's original bytes, for drawing a PDF. */
export const SOURCE_PATH = '/source';
