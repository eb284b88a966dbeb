import { field, isObject, listField, textField } from '../../data/jsonValue.ts';
import { asPart } from '../cleanName.ts';
import { escapeText, factList, joinParts, oneLine, type ExportPage } from '../exportPage.ts';
import { jiraText } from './jiraText.ts';

const nameOf = (person: unknown): string => (typeof person === 'string' ? person : textField(person, 'displayName') || textField(person, 'name') || textField(person, 'login') || textField(person, 'emailAddress') || textField(person, 'email'));
const labelsOf = (labels: readonly unknown[]): string[] => labels.map((label) => (typeof label === 'string' ? label : textField(label, 'name'))).filter(Boolean);

/** One comment under its own heading, so that it can be found and cited alone. */
export function comment(author: string, date: string, body: string): string {
  return body.trim() === '' ? '' : `## Comment by ${escapeText(oneLine(author) || 'unknown')}${date === '' ? '' : ` on ${escapeText(oneLine(date).slice(0, 16).replace('T', ' '))}`}\n\n${body}`;
}

// ── Jira ─────────────────────────────────────────────────────────────────────

export const isJiraIssue = (value: unknown): boolean => /^[A-Za-z][A-Za-z0-9_]*-\d+$/.test(textField(value, 'key')) && isObject(field(value, 'fields'));

export function jiraIssue(issue: unknown): ExportPage {
  const fields = field(issue, 'fields');
  const key = textField(issue, 'key');
  const summary = oneLine(textField(fields, 'summary'));
  const origin = /^(https?:\/\/[^/]+(?:\/(?!rest\/)[^/]+)*?)\/rest\//.exec(textField(issue, 'self'))?.[1];
  const named = (name: string): string => nameOf(field(fields, name));
  const comments = listField(field(fields, 'comment'), 'comments').map((item) => comment(nameOf(field(item, 'author')), textField(item, 'created'), jiraText(field(item, 'body'))));
  return {
    name: asPart(`${key} ${summary}`), title: `${key}: ${summary}`, author: named('reporter') || named('creator'), created: textField(fields, 'created'), modified: textField(fields, 'updated'),
    ...(origin ? { url: `${origin}/browse/${key}` } : {}), keywords: labelsOf(listField(fields, 'labels')),
    body: joinParts(factList([['Type', named('issuetype')], ['Status', named('status')], ['Priority', named('priority')], ['Resolution', named('resolution')], ['Assignee', named('assignee')], ['Reporter', named('reporter')], ['Components', labelsOf(listField(fields, 'components')).join(', ')], ['Fix versions', labelsOf(listField(fields, 'fixVersions')).join(', ')]]), jiraText(field(fields, 'description')), ...comments),
  };
}

// ── GitHub ───────────────────────────────────────────────────────────────────

export function isGithubIssue(value: unknown): boolean {
  return typeof field(value, 'number') === 'number' && typeof field(value, 'title') === 'string' && ((isObject(field(value, 'user')) && typeof field(value, 'html_url') === 'string') || (field(value, 'body') !== undefined && (isObject(field(value, 'author')) || /github/.test(textField(value, 'url')) || field(value, 'state') !== undefined)));
}

export function githubIssue(issue: unknown): ExportPage {
  const number = textField(issue, 'number');
  const title = oneLine(textField(issue, 'title'));
  const author = nameOf(field(issue, 'user')) || nameOf(field(issue, 'author'));
  const either = (first: string, second: string): string => textField(issue, first) || textField(issue, second);
  const labels = labelsOf(listField(issue, 'labels'));
  const comments = listField(issue, 'comments').map((item) => comment(nameOf(field(item, 'user')) || nameOf(field(item, 'author')), textField(item, 'created_at') || textField(item, 'createdAt'), textField(item, 'body')));
  return {
    name: asPart(`${number} ${title}`), title: `#${number} ${title}`, author, created: either('created_at', 'createdAt'), modified: either('updated_at', 'updatedAt'), url: either('html_url', 'url'), keywords: labels,
    body: joinParts(factList([['State', textField(issue, 'state').toLowerCase()], ['Labels', labels.join(', ')], ['Milestone', textField(field(issue, 'milestone'), 'title')], ['Assignees', listField(issue, 'assignees').map(nameOf).join(', ')]]), textField(issue, 'body'), ...comments),
  };
}

// ── Zendesk ──────────────────────────────────────────────────────────────────

export function isZendeskTicket(value: unknown): boolean {
  return typeof field(value, 'subject') === 'string' && field(value, 'id') !== undefined && ['requester_id', 'submitter_id', 'ticket_form_id', 'via', 'requester'].some((name) => field(value, name) !== undefined);
}

export function zendeskTicket(ticket: unknown, people: ReadonlyMap<string, string>): ExportPage {
  const id = textField(ticket, 'id');
  const subject = oneLine(textField(ticket, 'subject'));
  const person = (holder: unknown, name: string): string => nameOf(field(holder, name)) || (people.get(textField(holder, `${name}_id`)) ?? '');
  const comments = listField(ticket, 'comments').map((item) => comment(person(item, 'author'), textField(item, 'created_at'), escapeText(textField(item, 'plain_body') || textField(item, 'body'))));
  const tags = labelsOf(listField(ticket, 'tags'));
  return {
    name: asPart(`${id} ${subject}`), title: `Ticket ${id}: ${subject}`, author: person(ticket, 'requester') || person(ticket, 'submitter'), created: textField(ticket, 'created_at'), modified: textField(ticket, 'updated_at'),
    url: textField(ticket, 'url').replace(/\/api\/v2\/tickets\/(\d+)\.json$/, '/agent/tickets/$1'), keywords: tags,
    body: joinParts(factList([['Status', textField(ticket, 'status')], ['Priority', textField(ticket, 'priority')], ['Type', textField(ticket, 'type')], ['Requester', person(ticket, 'requester')], ['Assignee', person(ticket, 'assignee')], ['Tags', tags.join(', ')]]), escapeText(textField(ticket, 'description')), ...comments),
  };
}

// ── tables of tickets ────────────────────────────────────────────────────────

/** A row of Jira's or Zendesk's CSV export; null where the columns are of neither. */
export function ticketTable(header: readonly string[]): ((row: readonly string[]) => ExportPage) | null {
  const names = header.map((name) => name.trim().toLowerCase());
  const jira = names.includes('issue key') && names.includes('summary');
  const id = ['ticket id', 'ticket_id', 'id'].find((name) => names.includes(name));
  const zendesk = !jira && id !== undefined && names.includes('subject') && ['requester', 'requester name', 'requester_id', 'submitter', 'ticket form'].some((name) => names.includes(name));
  if (!jira && !zendesk) return null;
  return (row) => {
    const all = (...wanted: string[]): string[] => wanted.flatMap((name) => row.filter((cell, at) => names[at] === name && cell.trim() !== ''));
    const one = (...wanted: string[]): string => all(...wanted)[0] ?? '';
    const key = jira ? one('issue key') : one(id ?? '');
    const title = oneLine(one(jira ? 'summary' : 'subject'));
    const used = new Set(['issue key', 'summary', 'subject', 'description', 'comment', 'comments', id ?? '']);
    const facts = header.map((name, at) => [oneLine(name), row[at] ?? ''] as const).filter(([name, value]) => !used.has(name.toLowerCase()) && value.trim() !== '' && value.length < 300);
    const comments = all('comment', 'comments').map((text) => {
      const [, date = '', author = '', body] = /^([^;\n]{6,40});([^;\n]{1,100});([^]*)$/.exec(text) ?? [];
      return comment(author, date, body === undefined ? escapeText(text) : jira ? jiraText(body) : escapeText(body));
    });
    return {
      name: asPart(`${key} ${title}`), title: `${jira ? '' : 'Ticket '}${key}: ${title}`, author: one('reporter', 'creator', 'requester', 'requester name'), created: one('created', 'created at', 'created_at'), modified: one('updated', 'updated at', 'updated_at'), url: one('url', 'link'), keywords: all('labels', 'tags'),
      body: joinParts(factList(facts), jira ? jiraText(one('description')) : escapeText(one('description')), ...comments),
    };
  };
}
