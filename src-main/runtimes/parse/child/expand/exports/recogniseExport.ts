import { csvRows } from '../../data/parseCsv.ts';
import { field, listField, parseJsonText, textField } from '../../data/jsonValue.ts';
import { decodeText } from '../../decodeText.ts';
import type { ExportPage } from '../exportPage.ts';
import { elementPages, isElementList, langchainPages, llamaIndexPages } from './chunkStores.ts';
import { confluencePage, isConfluencePage } from './confluenceHtml.ts';
import { isJiraFeed, jiraFeedPages } from './jiraFeed.ts';
import { isSlackDay, slackDay, type SlackNames } from './slack.ts';
import { githubIssue, isGithubIssue, isJiraIssue, isZendeskTicket, jiraIssue, ticketTable, zendeskTicket } from './tickets.ts';

export interface RecognisedExport {
  readonly kind: string;
  readonly pages: readonly ExportPage[];
  /** The pages take the place of the file itself: their names are not put below its name. */
  readonly inPlace?: boolean;
}

const JSON_MARKS = /"(?:ts|fields|number|subject|page_content|vector|docstore\/data|element_id|metadata)"/;
const LARGEST = 200_000_000;
const ROWS = 1_000_000;

/** What another program exported into this one file; null = nothing that is known. */
export function recogniseExport(bytes: Uint8Array, name: string, names: SlackNames): RecognisedExport | null {
  const extension = /\.([A-Za-z]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (bytes.length > LARGEST || !['json', 'jsonl', 'ndjson', 'csv', 'xml', 'html', 'htm'].includes(extension)) return null;
  const { text } = decodeText(bytes, null, []);
  if (extension === 'csv') return fromTable(text);
  if (extension === 'xml') return isJiraFeed(text) ? { kind: 'jira', pages: jiraFeedPages(text) } : null;
  if (extension.startsWith('htm')) return isConfluencePage(text) ? { kind: 'confluence', pages: [confluencePage(text)], inPlace: true } : null;
  if (!JSON_MARKS.test(text)) return null;
  const value = parseJsonText(text) ?? lines(text);
  return value === undefined ? null : fromJson(value, name, names);
}

/** JSON Lines as a list; undefined where most lines are not JSON. */
function lines(text: string): unknown[] | undefined {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const values = all.map(parseJsonText).filter((value) => value !== undefined);
  return values.length > 0 && values.length * 2 > all.length ? values : undefined;
}

function fromTable(text: string): RecognisedExport | null {
  const [header] = csvRows(text.slice(0, 100_000), 1);
  const toPage = header ? ticketTable(header) : null;
  if (!toPage) return null;
  return { kind: header?.some((name) => /^issue key$/i.test(name.trim())) ? 'jira' : 'zendesk', pages: csvRows(text, ROWS).slice(1).map(toPage) };
}

function fromJson(value: unknown, name: string, names: SlackNames): RecognisedExport | null {
  if (isSlackDay(value)) return { kind: 'slack', pages: [slackDay(value, name, names)], inPlace: true };
  const llama = llamaIndexPages(value);
  if (llama) return { kind: 'llamaindex', pages: llama };
  if (isElementList(value)) return { kind: 'unstructured', pages: elementPages(value, name) };
  const langchain = langchainPages(value);
  if (langchain) return { kind: 'langchain', pages: langchain };
  const lists = Array.isArray(value) ? value : [...listField(value, 'issues'), ...listField(value, 'tickets'), ...listField(value, 'items')];
  const items = lists.length > 0 ? lists : [field(value, 'ticket') ?? value];
  const share = (test: (item: unknown) => boolean): boolean => items.slice(0, 50).every(test);
  if (share(isJiraIssue)) return { kind: 'jira', pages: items.filter(isJiraIssue).map(jiraIssue) };
  if (share(isGithubIssue)) return { kind: 'github', pages: items.filter(isGithubIssue).map(githubIssue) };
  if (!share(isZendeskTicket)) return null;
  const people = new Map(listField(value, 'users').map((user) => [textField(user, 'id'), textField(user, 'name')] as const));
  return { kind: 'zendesk', pages: items.filter(isZendeskTicket).map((ticket) => zendeskTicket(ticket, people)) };
}
