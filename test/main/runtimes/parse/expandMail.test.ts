import { describe, expect, test } from 'vitest';
import { expandFrom } from '../../../helpers/expandFrom.ts';

const message = (subject: string, body: string, date = 'Tue, 02 Jan 2024 10:00:00 +0000'): string => `From ada@example.org Tue Jan  2 10:00:00 2024\nFrom: Ada <ada@example.org>\nDate: ${date}\nSubject: ${subject}\n\n${body}\n\n`;
const WITH_FILE = 'From: ada@example.org\nSubject: plans\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee there\n--b\nContent-Type: text/markdown\nContent-Disposition: attachment; filename="../plan.md"\n\n# Plan\n\nwords\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgoAAAANSUhEUgAAAAAAAAAAAAAAAA==\n--b--\n';

describe('a mailbox', () => {
  test('gives a file for each message, named by date and subject', async () => {
    const expanded = await expandFrom(message('Pump stops', 'It stops.\n>From the start it did.\nFrom here on it runs.') + message('=?utf-8?q?Pr=C3=BCfung?= 1/2', 'words', 'never'), 'team.mbox');
    expect(expanded?.kind).toBe('mbox');
    expect(expanded?.members.map((member) => member.name)).toEqual(['2024-01-02 Pump stops.eml', 'Prüfung 1 2.eml']);
    expect(expanded?.textOf('2024-01-02 Pump stops.eml')).toContain('It stops.\nFrom the start it did.\nFrom here on it runs.');
    expect(expanded?.members.map((member) => member.modifiedMs)).toEqual([Date.UTC(2024, 0, 2, 10), null]);
  });

  test('of 30,000 messages is read whole', async () => {
    const expanded = await expandFrom(message('Note', 'words').repeat(30_000), 'big.mbox');
    expect(expanded?.members).toHaveLength(30_000);
    expect(new Set(expanded?.members.map((member) => member.name)).size).toBe(30_000);
  }, 120_000);
});

describe('a message with attachments', () => {
  test('gives itself and those that are documents; the others are told', async () => {
    const expanded = await expandFrom(WITH_FILE, 'plans.eml');
    expect(expanded?.kind).toBe('email');
    expect(expanded?.members.map((member) => member.name)).toEqual(['plans.eml', 'plans.eml/plan.md']);
    expect(expanded?.textOf('plans.eml/plan.md').trim()).toBe('# Plan\n\nwords');
    expect(expanded?.problems).toEqual([{ name: 'plans.eml/a.png', reason: 'An attachment that is a PNG picture is not read' }]);
  });

  test('without any is a document', async () => {
    expect(await expandFrom(message('a', 'b').slice(message('a', 'b').indexOf('\n') + 1), 'a.eml')).toBeNull();
  });
});
