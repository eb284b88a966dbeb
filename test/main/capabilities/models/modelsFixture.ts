import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Catalogue, type CatalogueModel } from '#contract/models.ts';
import { createBroker, type Broker } from '../../../../src-main/base/network.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { makeGguf } from './makeGguf.ts';
import { makeWheel } from './makeWheel.ts';

export const WEIGHTS = makeGguf();
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A hub on loopback; `answers` may be changed while it runs. */
export async function startHub(answers: Record<string, Buffer | number>): Promise<{ origin: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''] ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(200, { 'content-length': answer.length, etag: '"1"' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function brokerTo(origin: string, offline = false): Broker {
  return createBroker({ record: { open: async () => 1, close: async () => undefined }, offline: () => offline, allow: (asked) => asked === origin });
}

/**
 * Stands for `python3 -m pip download`: copies prepared wheels into `--dest`, noting each call. `script` replaces what it does.
 */
export function fakePython(wheels: Readonly<Record<string, Buffer>>, script?: string): { program: string; log: string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'wheels'));
  for (const [name, wheel] of Object.entries(wheels)) writeFileSync(join(folder, 'wheels', `${name}.whl`), wheel);
  const program = join(folder, 'python3');
  const copy = `while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done; name=\${1%%==*}
if [ -f "${folder}/wheels/$name.whl" ]; then cp "${folder}/wheels/$name.whl" "$dest/"; else echo "ERROR: No matching distribution found for $1" >&2; exit 1; fi`;
  writeFileSync(program, `#!/bin/sh\nfor last; do :; done; echo "$$ $last" >> "${folder}/log"\n${script ?? copy}\n`);
  chmodSync(program, 0o755);
  return { program, log: join(folder, 'log') };
}

export function wheelWith(member: string, content: Buffer): Buffer {
  return makeWheel([{ name: member, content }]);
}

/** A small text model with the given sources; its weights are a real GGUF header. */
export function makeModel(sources: CatalogueModel['files'][number]['sources'], change: Partial<CatalogueModel> = {}): CatalogueModel {
  const model = {
    slug: 'tiny',
    name: 'Tiny',
    task: 'text',
    licence: 'MIT',
    starter: false,
    memoryBytes: 1_000_000,
    files: [{ name: 'tiny.gguf', bytes: WEIGHTS.length, sha256: sha256(WEIGHTS), sources }],
    ...change,
  };
  const parsed = Catalogue.parse({ version: 1, models: [model] }).models[0];
  if (!parsed) throw new Error('Expected one model');
  return parsed;
}
