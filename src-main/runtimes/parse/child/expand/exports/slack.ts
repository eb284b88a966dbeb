import { field, isObject, listField, textField } from '../../data/jsonValue.ts';
import { escapeText, joinParts, oneLine, type ExportPage } from '../exportPage.ts';

/** Names of people and channels by their ids; empty where only a day's file is at hand. */
export interface SlackNames {
  readonly users: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, string>;
}

export const NO_NAMES: SlackNames = { users: new Map(), channels: new Map() };
const DAY_FILE = /(?:^|\/)([^/]+)\/(\d{4}-\d\d-\d\d)\.json$/;

export function slackNames(users: unknown, channels: readonly unknown[]): SlackNames {
  const nameOf = (user: unknown): string => textField(field(user, 'profile'), 'display_name') || textField(field(user, 'profile'), 'real_name') || textField(user, 'real_name') || textField(user, 'name');
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    users: new Map(list(users).map((user) => [textField(user, 'id'), oneLine(nameOf(user))] as const)),
    channels: new Map(channels.flatMap(list).map((channel) => [textField(channel, 'id'), oneLine(textField(channel, 'name'))] as const)),
  };
}

/** Whether a JSON value is the messages of one Slack channel on one day. */
export function isSlackDay(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const sample = value.slice(0, 20);
  return sample.every((message) => isObject(message) && /^\d{9,11}\.\d{1,6}$/.test(textField(message, 'ts'))) && sample.some((message) => textField(message, 'type') === 'message');
}

/** A day as a conversation: who said what when, answers in a thread below what they answer. */
export function slackDay(messages: readonly unknown[], file: string, names: SlackNames): ExportPage {
  const [, folder = '', day = ''] = DAY_FILE.exec(file) ?? [];
  const channel = folder || file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  const shown = messages.filter((message) => textField(message, 'text') !== '' || listField(message, 'files').length > 0);
  const threads = new Map<string, unknown[]>();
  for (const message of shown) {
    const root = textField(message, 'thread_ts') || textField(message, 'ts');
    threads.set(root, [...(threads.get(root) ?? []), message]);
  }
  const first = Number(textField(shown[0] ?? messages[0], 'ts')) * 1_000;
  const date = day || (Number.isFinite(first) ? new Date(first).toISOString().slice(0, 10) : '');
  const parts = [...threads.values()].map((thread) => thread.map((message, at) => (at === 0 ? line(message, names) : quoted(line(message, names)))).join('\n\n'));
  const people = [...new Set(shown.map((message) => speaker(message, names)))];
  const last = Number(textField(shown.at(-1) ?? messages.at(-1), 'ts')) * 1_000;
  return {
    name: file.replace(/\.json$/, ''), title: `#${channel}${day || folder ? `, ${date}` : ''}`, author: people.slice(0, 20).join(', '), created: date,
    ...(Number.isFinite(last) && last > 0 && last < 4e12 ? { modified: new Date(last).toISOString() } : {}),
    keywords: [channel], body: joinParts(...parts),
  };
}

function line(message: unknown, names: SlackNames): string {
  const seconds = Number(textField(message, 'ts'));
  const time = Number.isFinite(seconds) && seconds > 0 && seconds < 4e9 ? new Date(seconds * 1_000).toISOString().slice(11, 16) : '';
  const files = listField(message, 'files').map((file) => textField(file, 'title') || textField(file, 'name')).filter(Boolean);
  const text = joinParts(plain(textField(message, 'text'), names), files.length > 0 ? `(files: ${files.join(', ')})` : '');
  return `${escapeText(speaker(message, names))} (${time}): ${escapeText(text)}`;
}

const quoted = (text: string): string => text.split('\n').map((part) => `> ${part}`).join('\n');

function speaker(message: unknown, names: SlackNames): string {
  const id = textField(message, 'user');
  const profile = field(message, 'user_profile');
  return names.users.get(id) || oneLine(textField(profile, 'display_name') || textField(profile, 'real_name') || textField(message, 'username') || id || 'unknown');
}

/** Mentions by name, links by their label and address, entities resolved. */
function plain(text: string, names: SlackNames): string {
  return text
    .replaceAll(/<@([A-Z0-9]+)(?:\|([^>]*))?>/g, (_, id: string, label?: string) => `@${names.users.get(id) || label || id}`)
    .replaceAll(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (_, id: string, label?: string) => `#${names.channels.get(id) || label || id}`)
    .replaceAll(/<!(\w+)(?:\^[^>|]*)?(?:\|([^>]*))?>/g, (_, word: string, label?: string) => label || `@${word}`)
    .replaceAll(/<([a-z]+:[^|>\s]+)(?:\|([^>]*))?>/g, (_, url: string, label?: string) => (label && label !== url ? `${label} (${url})` : url))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
