import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { embedders, latheHome, LATHE_MAIN, type LatheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
const because = missing === null ? '' : ` (${missing})`;

/** Why this system lets no test mount a file system of its own; null when it does. */
function noMounts(): string | null {
  const probe = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']);
  return probe.status === 0 ? null : `needs a user namespace with mounts: ${probe.error?.message ?? probe.stderr.toString().trim()}`;
}

function noNetworkNamespace(): string | null {
  const probe = spawnSync('unshare', ['-rn', 'true']);
  return probe.status === 0 ? null : `needs a network namespace: ${probe.error?.message ?? probe.stderr.toString().trim()}`;
}

const withoutMounts = missing ?? noMounts();
const withoutNamespace = missing ?? noNetworkNamespace();
for (const reason of new Set([withoutMounts, withoutNamespace])) if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

function writeNotes(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < files; number += 1) writeFileSync(join(folder, `note-${number}.md`), `# Note ${number}\n\nThe code word is kilimanjaro${number}q.\n\n${`Sentence ${number} about nothing in particular. `.repeat(400)}\n`);
}

/** Runs a shell script in a namespace of its own; `$LATHE …` in it is the command line. */
function inNamespace(lathe: LatheHome, flags: string, script: string): { code: number | null; output: string } {
  const command = `'${process.execPath}' --disable-warning=ExperimentalWarning '${LATHE_MAIN}'`;
  const done = spawnSync('unshare', [flags, 'bash', '-c', `lathe() { ${command} "$@"; }\n${script}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: lathe.home, LATHE_HOME: lathe.home, INIT_CWD: lathe.home },
    encoding: 'utf8',
    timeout: 200_000,
  });
  return { code: done.status, output: `${done.stdout}${done.stderr}` };
}

describe.skipIf(withoutMounts !== null)(`a project on a disk that fails${withoutMounts === null ? '' : ` (${withoutMounts})`}`, () => {
  test('a full disk is said plainly, damages nothing, and with space again the same command finishes', () => {
    const lathe = latheHome(temporaryFolder());
    const notes = join(temporaryFolder(), 'notes');
    writeNotes(notes, 60);
    const disk = temporaryFolder();
    const { output } = inNamespace(lathe, '-rm', `
      mount -t tmpfs -o size=3m tmpfs ${disk}
      lathe project new ${disk}/project --json
      lathe knowledge create Notes --project ${disk}/project
      lathe knowledge ingest ${notes} --project ${disk}/project; echo "full: $?"
      mount -o remount,size=200m ${disk}
      lathe knowledge ingest ${notes} --project ${disk}/project; echo "again: $?"
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

describe.skipIf(withoutNamespace !== null)(`without a network${withoutNamespace === null ? '' : ` (${withoutNamespace})`}`, () => {
  test('making the sample, ingesting and searching it works, and the ledger stays empty', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'sample');
    const { output } = inNamespace(lathe, '-rn', `
      lathe project new ${project} --sample --json; echo "new: $?"
      lathe knowledge ingest --project ${project}; echo "ingest: $?"
      lathe knowledge search "How do I undo a deletion?" --project ${project} --json; echo "search: $?"
    `);
    expect(output).toContain('new: 0');
    expect(output).toContain('ingest: 0');
    expect(output).toContain('search: 0');
    const window = await lathe.open(project);
    const calls = await window.client.system.ledger({ limit: 100 });
    await window.close();
    expect(calls).toEqual([]);
  });
});

describe.skipIf(missing !== null)(`a damaged index${because}`, () => {
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
    await lathe.json(['knowledge', 'ingest', notes, '--project', project]);
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
