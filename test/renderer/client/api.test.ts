import { describe, expect, it } from 'vitest';
import { codeOf, withoutCode } from '../../../src-renderer/client/session.ts';
import { createApi, readSource } from '../../../src-renderer/client/createApi.ts';
import { problemText, saySentences, toProblem } from '../../../src-renderer/client/problem.ts';
import { createFakeServer, FAKE_TOKEN } from '../fakeServer.ts';
import { PROJECT, uuid } from '../fakeData.ts';

const connection = (scenario: 'loaded' | 'error', token = FAKE_TOKEN) => {
  const fake = createFakeServer(scenario);
  return { origin: 'http://lathe', token, fetch: (input: RequestInfo | URL, init?: RequestInit) => fake.handle(new Request(input, init)) };
};

describe('the client', () => {
  it('calls procedures of the contract with its token', async () => {
    const api = createApi(connection('loaded'));
    const [base] = await api.knowledge.list({ projectId: PROJECT });
    expect(base).toMatchObject({ name: 'Manuals', documents: { total: 340, failed: 4 } });
  });

  it('carries an error of the owner over with its code, words, hint and request', async () => {
    const api = createApi(connection('error'));
    const problem = toProblem(await api.projects.home({ projectId: PROJECT }).catch((error: unknown) => error));
    expect(problem).toMatchObject({ code: 'STORAGE_FAILED', requestId: 'fake-1' });
    expect(problem.message).toContain('lathe.db');
    expect(problemText(problem).split('\n')).toHaveLength(3);
  });

  it('says what happened and the next step as two sentences, whether or not they end in a stop', () => {
    expect(saySentences('There is a knowledge base named Manuals already', 'Import it under another name: `import FILE --name NAME`.')).toBe('There is a knowledge base named Manuals already. Import it under another name: `import FILE --name NAME`.');
    expect([saySentences('Is it there?', null), saySentences('It failed.', undefined), saySentences('', 'Try again')]).toEqual(['Is it there?', 'It failed.', 'Try again.']);
  });

  it('says when the token is not known, and when nobody answers', async () => {
    let refused = 0;
    const api = createApi({ ...connection('loaded', 'wrong'), onUnauthorized: () => (refused += 1) });
    await expect(api.system.status()).rejects.toThrow();
    expect(refused).toBe(1);
    expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ code: 'OWNER_UNREACHABLE' });
  });

  it('reads the bytes of an original, and passes on why it cannot', async () => {
    const bytes = await readSource(connection('loaded'), { projectId: PROJECT, documentId: uuid(3, 4) });
    expect(new TextDecoder().decode(bytes.slice(0, 5))).toBe('%PDF-');
    await expect(readSource(connection('loaded', 'wrong'), { projectId: PROJECT, documentId: uuid(3, 4) })).rejects.toThrow('The token is not known.');
  });

  it('finds the one-time code in the fragment and leaves the rest of the address', () => {
    expect([codeOf('#code=a%2Fb'), codeOf('#x=1&code=c'), codeOf('#/p/1/home'), codeOf('')]).toEqual(['a/b', 'c', null, null]);
    expect([withoutCode('#code=a'), withoutCode('#x=1&code=c')]).toEqual(['', '#x=1']);
  });
});
