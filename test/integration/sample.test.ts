import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordedAnswers } from '../../src-main/capabilities/knowledge/recordedAnswers.ts';
import { parseBytes } from '../../src-main/runtimes/parse/child/parseBytes.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
const recorded = RecordedAnswers.parse(JSON.parse(readFileSync('resources/sample/recorded/answers.json', 'utf8')));

describe('the recorded answers of the sample', () => {
  test('are results of a real run, with machine and date', () => {
    expect(recorded.answers.length).toBeGreaterThanOrEqual(10);
    for (const answer of recorded.answers) expect(answer.recorded?.machine, answer.question).toContain('×');
  });

  test('quote the manual as it is now (else record them again: node bench/recordSample.ts)', async () => {
    const texts = new Map<string, string>();
    for (const citation of recorded.answers.flatMap((answer) => answer.citations)) {
      if (!texts.has(citation.file)) texts.set(citation.file, (await parseBytes(readFileSync(join('docs/manual', citation.file)), citation.file)).text);
      expect(texts.get(citation.file)?.slice(citation.start, citation.end).replace(/\s+/g, ' '), citation.file).toContain(citation.quote.replace(/\s+/g, ' ').slice(0, 20));
      expect(texts.get(citation.file)?.replace(/\s+/g, ''), citation.file).toContain(citation.quote.replace(/\s+/g, ''));
    }
  });
});

describe.skipIf(missing !== null)(`the sample project${because(missing)}`, () => {
  test('has its recorded answers in its history after its first ingestion, once, and their sources open', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'my-copy');
    expect(await lathe.json(['project', 'new', project, '--sample'])).toMatchObject({ name: 'my-copy' });
    await lathe.json(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
    await lathe.json(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
    const window = await lathe.open(project);
    const projectId = window.projectId as never;
    const conversations = await window.client.knowledge.conversations({ projectId });
    expect(conversations.reduce((sum, conversation) => sum + conversation.answers, 0)).toBe(recorded.answers.length);
    const [first] = recorded.answers.filter((answer) => answer.citations.length > 0);
    const { answers } = await window.client.knowledge.conversation({ projectId, conversationId: first?.conversationId as never });
    const citation = answers[0]?.citations[0];
    const view = await window.client.knowledge.document({ projectId, documentId: citation?.documentId as never, parsedDigest: citation?.parsedDigest });
    expect(view.document.file).toBe(citation?.file);
    expect(view.source).toBe('same');
    await window.close();
  });
});
