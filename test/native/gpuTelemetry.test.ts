import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGpus, type GpuReport } from '../../src-main/runtimes/gpuTelemetry.ts';

const root = path.join(import.meta.dirname, '..', '..');
const addon = path.join(root, 'native', 'build', 'lathe_gpu.node');
const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-gpu-'));
const GIB = 1024 ** 3;

const compiler = process.platform === 'linux' ? ['c++', 'cc'].every((name) => spawnSync(name, ['--version']).status === 0) : false;
if (!compiler) console.log('Skipped: the GPU addon needs a C and a C++ compiler on Linux (Debian/Ubuntu: apt-get install g++)');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles the stand-in NVML with one of its cases and returns its path. */
function standin(name: string): string {
  const file = path.join(folder, `${name}.so`);
  const args = ['-shared', '-fPIC', `-D${name}`, '-o', file, path.join(root, 'native', 'test', 'standinNvml.c')];
  const result = spawnSync('cc', args, { encoding: 'utf8' });
  expect(result.stderr + String(result.error ?? '')).toBe('');
  return file;
}

/** Reads in a process of its own, as a driver that crashed would take this one with it. */
function readWith(library: string): GpuReport {
  const script = `import { readGpus } from ${JSON.stringify(path.join(root, 'src-main/runtimes/gpuTelemetry.ts'))};
    const [first, second] = await Promise.all([readGpus(), readGpus()]);
    const third = await readGpus();
    if (JSON.stringify(first) !== JSON.stringify(second) || JSON.stringify(first) !== JSON.stringify(third)) throw new Error('readings differ');
    process.stdout.write(JSON.stringify(first));`;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    // A reading that does not end fills the memory: it is ended.
    timeout: 30_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, LATHE_NVML_LIBRARY: library },
  });
  expect({ status: result.status, signal: result.signal, stderr: result.stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(result.stdout) as GpuReport;
}

const first = { index: 0, name: 'Stand-in GPU A', totalBytes: 24 * GIB, freeBytes: 23 * GIB - 7, usedBytes: GIB + 7 };
const second = { index: 1, name: 'Stand-in GPU ß', totalBytes: 80 * GIB, freeBytes: 77 * GIB - 7, usedBytes: 3 * GIB + 7 };
const driver = '580.65.06';

describe.skipIf(!compiler)('the GPU addon over a stand-in NVML (needs a C++ compiler)', () => {
  beforeAll(() => {
    const built = spawnSync(process.execPath, [path.join(root, 'native', 'build.mjs')], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
    expect(existsSync(addon)).toBe(true);
  });

  it('lists every card with its name, memory and driver, the same when read thrice, twice of them at once', () => {
    expect(readWith(standin('CASE_TWO_CARDS'))).toEqual({ devices: [{ ...first, driver }, { ...second, driver }], reason: null });
  });

  it('lists cards of a driver that does not tell its version', () => {
    expect(readWith(standin('CASE_NO_DRIVER_VERSION'))).toEqual({ devices: [first, second], reason: null });
  });

  it('still lists the other card when one is lost, and says which', () => {
    expect(readWith(standin('CASE_LOST_DEVICE'))).toEqual({
      devices: [{ ...first, driver }],
      reason: 'GPU 1 was left out: nvmlDeviceGetMemoryInfo failed: GPU is lost (NVML error 15)',
    });
  });

  it('says why the driver does not start', () => {
    expect(readWith(standin('CASE_INIT_FAILS'))).toEqual({ devices: [], reason: 'nvmlInit_v2 failed: Driver Not Loaded (NVML error 9)' });
  });

  it('names the functions that an old driver lacks', () => {
    expect(readWith(standin('CASE_MISSING_MEMORY'))).toEqual({
      devices: [],
      reason: "NVIDIA's management library lacks nvmlDeviceGetMemoryInfo: the driver is too old",
    });
  });

  it('says that the driver sees no card', () => {
    expect(readWith(standin('CASE_NO_DEVICES'))).toEqual({ devices: [], reason: 'The NVIDIA driver reports no GPU' });
  });

  it('cuts a device count that cannot be true and ends a name that has no end', () => {
    const lying = readWith(standin('CASE_LYING_COUNT'));
    expect(lying.devices).toHaveLength(2);
    expect(lying.reason).toContain('reports 4000000000 GPUs; only the first 256 were read; GPU 2 was left out');
    expect(readWith(standin('CASE_ENDLESS_NAME')).devices[0]?.name).toBe('x'.repeat(256));
  });

  it('says that there is no library, or that it is no library', () => {
    const noise = path.join(folder, 'noise.so');
    writeFileSync(noise, 'not a library');
    for (const library of [path.join(folder, 'absent.so'), noise, folder]) {
      const report = readWith(library);
      expect(report.devices).toEqual([]);
      expect(report.reason).toContain("NVIDIA's management library could not be loaded");
      expect(report.reason).toContain(library);
    }
  });

  it('links against nothing of NVIDIA', () => {
    const { stdout } = spawnSync('ldd', [addon], { encoding: 'utf8' });
    expect(stdout).toContain('libstdc++');
    expect(stdout).not.toMatch(/nvidia|nvml|cuda/i);
  });
});

describe('GPU telemetry without a usable addon', () => {
  it('says how to build an addon that is not there', async () => {
    expect(await readGpus(path.join(folder, 'absent.node'))).toEqual({
      devices: [],
      reason: 'GPU telemetry addon is not built: run npm run build:native',
    });
  });

  it('says what is wrong with a file that is not an addon, or not ours', async () => {
    const damaged = path.join(folder, 'damaged.node');
    writeFileSync(damaged, 'noise');
    expect((await readGpus(damaged)).reason).toContain('could not be loaded');
    const other = path.join(folder, 'other.cjs');
    writeFileSync(other, 'module.exports = { somethingElse() {} };');
    expect((await readGpus(other)).reason).toContain("is not Lathe's");
  });
});
