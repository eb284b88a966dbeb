import { z } from 'zod';

const WebAddress = z.url({ protocol: /^https?$/ }).max(2_000).refine((url) => !/^https?:\/\/[^/?#\\]*@/i.test(url), 'an address without a user name or password');

const Patterns = z.array(z.string().min(1).max(500)).max(100);

/** A web site, from its start page on. Its host must be among the sites that the person allows in the settings. */
export const SiteSource = z.strictObject({
  site: WebAddress.describe('Start page; pages of the same host in or below its folder are read'),
  maxPages: z.number().int().min(1).max(20_000).optional().describe('Most pages; 500 when left out'),
  maxDepth: z.number().int().min(0).max(50).optional().describe('Most links between the start page and a page; 20 when left out'),
  include: Patterns.optional().describe('Paths to read instead of those below the start page: beginnings such as /docs/, with * for anything'),
  exclude: Patterns.optional().describe('Paths to leave out, written as in include'),
});
export type SiteSource = z.infer<typeof SiteSource>;

/** The files of a git repository as they were at one commit. */
export const GitSource = z.strictObject({
  git: z.string().min(1).max(2_000).describe('A repository: a path (absolute, or relative to the project folder) or an https address'),
  commit: z.string().min(1).max(250).describe('Commit, tag or branch'),
  folder: z.string().min(1).max(1_000).optional().describe('Only the files in this folder of the repository'),
});
export type GitSource = z.infer<typeof GitSource>;

/** `secret: NAME` in a file names a secret, whose value is kept outside the project. */
const SecretReference = z.strictObject({
  secret: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/).describe('Name of the secret'),
  prefix: z.string().max(40).optional().describe('Text before its value, such as "Bearer "'),
});

const NextPage = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('page').describe('Count pages'), parameter: z.string().min(1).max(100).describe('Query parameter'), first: z.number().int().min(0).optional().describe('Number of the first page; 1 when left out') }),
  z.strictObject({ by: z.literal('offset').describe('Count items'), parameter: z.string().min(1).max(100).describe('Query parameter') }),
  z.strictObject({ by: z.literal('cursor').describe('Each answer names the next'), parameter: z.string().min(1).max(100).describe('Query parameter'), cursor: z.string().min(1).max(500).describe('Place of the next cursor in the answer') }),
  z.strictObject({ by: z.literal('link').describe('The Link header names the next page, with rel="next"') }),
]);

/** Items of a JSON API, page after page; each item becomes a document. */
export const ApiSource = z.strictObject({
  api: WebAddress.describe('Address of the first page; what it answers is JSON'),
  items: z.string().max(500).describe('Place of the list of items in an answer, such as data.items or /data/items; empty when the answer is the list'),
  next: NextPage.optional().describe('How the next page is asked for; one page when left out'),
  id: z.string().min(1).max(500).optional().describe('Place of an item\'s identity; id when left out'),
  title: z.string().min(1).max(500).optional().describe('Place of an item\'s title; title when left out'),
  text: z.array(z.string().min(1).max(500)).min(1).max(50).optional().describe('Places of an item\'s text; the whole item as JSON when left out'),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), SecretReference).optional().describe('Headers of each call; their values are secrets, by name only'),
});
export type ApiSource = z.infer<typeof ApiSource>;

/** A folder whose changes are read as they happen. */
export const WatchedFolder = z.strictObject({
  folder: z.string().min(1).max(4_096).describe('Folder: absolute, or relative to the project folder'),
  watch: z.literal(true).describe('Ingest again when something in it changes'),
});
export type WatchedFolder = z.infer<typeof WatchedFolder>;

/** Where documents come from: a file or folder, or something that is watched or fetched. */
export const KnowledgeSource = z.union([z.string().describe('File or folder: absolute, or relative to the project folder'), SiteSource, GitSource, ApiSource, WatchedFolder]);
export type KnowledgeSource = z.infer<typeof KnowledgeSource>;

/** A source that Lathe copies into its own state before it is read. */
export type FetchedSource = SiteSource | GitSource | ApiSource;
