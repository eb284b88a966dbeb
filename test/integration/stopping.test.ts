import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { latheHome } from '../helpers/latheHome.ts';

test('Ctrl+C ends a window that still has a tab open, without anybody having to kill it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lathe-stopping-'));
  const lathe = latheHome(join(folder, 'home'));
  await lathe.json(['project', 'new', join(folder, 'project')]);
  const window = await lathe.open(join(folder, 'project'));
  // What a tab holds: the stream of events, open for as long as the tab is.
  const tab = new AbortController();
  const events = window.events(tab.signal);
  await events.next();
  await window.close();
  expect(window.process.exitCode).toBe(0);
  await events.next().catch(() => undefined);
  tab.abort();
});
