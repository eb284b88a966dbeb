import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { networkPrefix } from '../../../../src-main/runtimes/supervisor/networkNamespace.ts';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts an owner that starts a child and leaves it in `state`; gives the child's pid. */
async function ownerWith(state: 'idle' | 'hanging'): Promise<{ owner: number; child: number }> {
  const owner = spawn(process.execPath, [fileURLToPath(new URL('./ownerProcess.ts', import.meta.url)), state], { stdio: ['ignore', 'pipe', 'inherit'] });
  const child = await new Promise<number>((resolve, reject) => {
    owner.stdout.once('data', (data: Buffer) => resolve(Number(data.toString().trim())));
    owner.once('error', reject);
    owner.once('exit', () => reject(new Error('the owner ended early')));
  });
  return { owner: owner.pid ?? 0, child };
}

describe('a killed owner', () => {
  it('takes its idle children with it', async () => {
    const { owner, child } = await ownerWith('idle');
    expect(alive(child)).toBe(true);
    process.kill(owner, 'SIGKILL');
    await expect.poll(() => alive(child), { timeout: 60_000 }).toBe(false);
  });

  it('takes even a child that hangs in native code', async (context) => {
    if (!(await networkPrefix()).includes('setpriv')) context.skip('needs setpriv and user namespaces');
    const { owner, child } = await ownerWith('hanging');
    process.kill(owner, 'SIGKILL');
    await expect.poll(() => alive(child), { timeout: 60_000 }).toBe(false);
  });
});
