import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { because } from '../helpers/because.ts';
import { COMPILED, embedders, latheHome, LATHE_MAIN, type LatheHome } from '../helpers/latheHome.ts';
import { starterModel } from '../helpers/starterModels.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

/** Why this system lets no test mount a file system of its own; null when it does. */
function noMounts(): string | null {
  const probe = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']);
  return probe.status === 0 ? null : `needs a user namespace with mounts: ${probe.error?.message ?? probe.stderr.toString().trim()}`;
}

function noNetworkNamespace(): string | null {
  const probe = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']);
  return probe.status === 0 ? null : `needs a network namespace with a loopback of its own: ${probe.error?.message ?? probe.stderr.toString().trim()}`;
}

const withoutMounts = missing ?? noMounts();
const writer = await starterModel('gemma-3-270m');
const withoutNamespace = missing ?? ('reason' in writer ? writer.reason : noNetworkNamespace());
for (const reason of new Set([withoutMounts, withoutNamespace])) if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

function writeNotes(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < files; number += 1) writeFileSync(join(folder, `note-${number}.md`), `# Note ${number}\n\nThe code word is kilimanjaro${number}q.\n\n${`Sentence ${number} about nothing in particular. `.repeat(400)}\n`);
}

/** Runs a shell script in a namespace of its own; `$LATHE …` in it is the command line. */
function inNamespace(lathe: LatheHome, flags: string, script: string): { code: number | null; output: string } {
  const command = `'${process.execPath}' --disable-warning=ExperimentalWarning '${LATHE_MAIN}'`;
  const done = spawnSync('unshare', [flags, 'bash', '-c', `lathe() { ${command} "$@"; }\n${script}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: lathe.home, LATHE_HOME: lathe.home, INIT_CWD: lathe.home, ...COMPILED },
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { code: done.status, output: `${done.stdout}${done.stderr}` };
}

describe.skipIf(withoutMounts !== null)(`a project on a disk that fails${because(withoutMounts)}`, () => {
  test('a full disk is said plainly, damages nothing, and with space again the same command finishes', () => {
    const lathe = latheHome(temporaryFolder());
    const notes = join(temporaryFolder(), 'notes');
    writeNotes(notes, 60);
    const disk = temporaryFolder();
    const { output } = inNamespace(lathe, '-rm', `
      mount -t tmpfs -o size=3m tmpfs ${disk}
      lathe project new ${disk}/project --json
      lathe knowledge create Notes --project ${disk}/project
      lathe knowledge ingest --stage text ${notes} --project ${disk}/project; echo "full: $?"
      mount -o remount,size=200m ${disk}
      lathe knowledge ingest --stage text ${notes} --project ${disk}/project; echo "again: $?"
      lathe knowledge search kilimanjaro7q --project ${disk}/project --json; echo "search: $?"
      lathe knowledge status --project ${disk}/project --json
    `);
    expect(output).toContain('full: 1');
    expect(output).toMatch(/DISK_FULL: Disk full: \d+ MB left/);
    expect(output).toContain('→ Free');
    expect(output).toContain('again: 0');
    expect(output).toContain('kilimanjaro7q');
    expect(output).toMatch(/"ready":60,"failed":0/);
  });

  test('a read-only project is said plainly and left as it was', () => {
    const lathe = latheHome(temporaryFolder());
    const disk = temporaryFolder();
    const { output } = inNamespace(lathe, '-rm', `
      mount -t tmpfs -o size=50m tmpfs ${disk}
      lathe project new ${disk}/project --json
      mount -o remount,ro ${disk}
      lathe knowledge create Notes --project ${disk}/project; echo "create: $?"
      mount -o remount,rw ${disk}
      lathe knowledge create Notes --project ${disk}/project; echo "again: $?"
    `);
    expect(output).toContain('create: 1');
    expect(output).toContain('DISK_READ_ONLY');
    expect(output).toContain('again: 0');
  });
});

describe.skipIf(withoutNamespace !== null)(`without a network${because(withoutNamespace)}`, () => {
  test('the whole sample run works (open, ingest, search, ask, doctor), and the ledger stays empty', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'sample');
    const log = join(temporaryFolder(), 'open.log');
    // The window stays open: each command reaches it over the namespace's own loopback, and nothing else is there.
    const { output } = inNamespace(lathe, '-rn', `
      ip link set lo up
      lathe project new ${project} --sample --json; echo "new: $?"
      lathe open --project ${project} --no-browser --no-models --json > ${log} 2>&1 &
      window=$!
      until grep -q '"url"' ${log} || ! kill -0 $window; do sleep 0.2; done
      lathe knowledge ingest --stage text --project ${project}; echo "ingest: $?"
      lathe knowledge search "How do I undo a deletion?" --project ${project} --json; echo "search: $?"
      lathe ask "What happens to a deleted document after 30 days?" --project ${project} --json; echo "ask: $?"
      lathe doctor --project ${project} --json > ${log}.doctor; echo "doctor: $?"
      pkill -INT -P $window; wait $window; echo "closed: $?"
    `);
    expect(output).toContain('new: 0');
    expect(readFileSync(log, 'utf8')).toContain('"url"');
    expect(output).toContain('ingest: 0');
    expect(output).toContain('search: 0');
    expect(output, output).toContain('ask: 0');
    expect(output).toMatch(/"answer":"[^"]+/);
    expect(output).toContain('doctor: 0');
    expect(readFileSync(`${log}.doctor`, 'utf8').length).toBeGreaterThan(100);
    expect(output).toContain('closed: 0');
    const window = await lathe.open(project);
    const calls = await window.client.system.ledger({ limit: 100 });
    await window.close();
    expect(calls).toEqual([]);
  });
});

function writeHostileFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 251));
  const files: Record<string, string | Buffer> = {
    'cut.pdf': '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n',
    'loop.pdf': '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
    'noise.pdf': Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]),
    'noise.html': noise,
    'noise.md': noise,
    'empty.html': '',
    'unclosed.html': '<div><b>'.repeat(100_000),
    'deep.html': `${'<ul><li>'.repeat(50_000)}text`,
    'line.html': `<p>${'word '.repeat(1_000_000)}</p>`,
    'entities.html': `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p>${'&b;&xxe;'.repeat(50_000)}</p>`,
    'quotes.md': '>'.repeat(100_000),
    'brackets.md': '['.repeat(200_000),
    'nul.txt': 'a\0b'.repeat(100_000),
    'surrogate.txt': Buffer.from([0xed, 0xa0, 0x80, 0x41, 0xff, 0xfe]),
    'picture.txt': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...noise.subarray(0, 5_000)]),
    'good.md': '# Good\n\nThe code word is everest7q.\n',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return Object.keys(files).sort();
}

describe.skipIf(missing !== null)(`a folder of hostile files${because(missing)}`, () => {
  test('each has a state and a reason, the good one is found, and the owner gives its memory back', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    const hostile = join(temporaryFolder(), 'hostile');
    const names = writeHostileFiles(hostile);
    await lathe.json(['project', 'new', project]);
    const window = await lathe.open(project);
    const projectId = window.projectId as never;
    const base = await window.client.knowledge.create({ projectId, name: 'Hostile' });
    const ingest = async (): Promise<void> => {
      const { job } = await window.client.knowledge.ingest({ projectId, knowledgeId: base.id, paths: [hostile], stage: 'text' });
      await expect.poll(async () => (await window.client.jobs.get({ id: job })).state, { timeout: 300_000, interval: 200 }).toBe('done');
    };
    await ingest();
    const before = (await window.client.system.status()).memory.ownBytes;
    for (const name of names) writeFileSync(join(hostile, name), `${readFileSync(join(hostile, name), 'latin1')} `, 'latin1');
    await ingest();
    const { documents } = await window.client.knowledge.documents({ projectId, knowledgeId: base.id, limit: 100 });
    expect(documents.map((document) => document.file).sort()).toEqual(names);
    for (const document of documents) expect(document.state === 'ready' || (document.reason ?? '').length > 10, `${document.file}: ${document.state}`).toBe(true);
    const found = await window.client.knowledge.search({ projectId, knowledgeId: base.id, question: 'everest7q' });
    expect(found.results[0]?.file).toBe('good.md');
    // The figure is 10 %; a test's bound is ten times looser.
    expect((await window.client.system.status()).memory.ownBytes).toBeLessThan(before * 2);
    await window.close();
  });
});

describe.skipIf(missing !== null)(`a damaged index${because(missing)}`, () => {
  function filesBelow(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  }

  test.each([
    ['vectors', /\.lance$/],
    ['full text', /\.(db|sqlite)$/],
  ])('broken %s are noticed, said once, and built again from the parsed documents without the originals', async (_, which) => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    const notes = join(temporaryFolder(), 'notes');
    writeNotes(notes, 12);
    await lathe.json(['project', 'new', project]);
    await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
    await lathe.json(['knowledge', 'ingest', '--stage', 'text', notes, '--project', project]);
    const broken = filesBelow(join(project, '.lathe', 'vectors')).filter((file) => which.test(file));
    expect(broken.length).toBeGreaterThan(0);
    for (const file of broken) truncateSync(file, Math.floor(statSync(file).size / 3));
    const found = await lathe.run(['knowledge', 'search', 'kilimanjaro5q', '--json', '--project', project]);
    expect(found.code, found.stderr).toBe(0);
    expect(found.stdout).toContain('kilimanjaro5q');
    const [base] = await lathe.json<{ documents: Record<string, number> }[]>(['knowledge', 'status', '--project', project]);
    expect(base?.documents).toMatchObject({ ready: 12, failed: 0 });
  });
});
