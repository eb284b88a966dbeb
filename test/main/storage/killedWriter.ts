import { join } from 'node:path';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { tryLock } from '../../../src-main/storage/processLock.ts';
import { addEntry, dropEntry } from './probeCommands.ts';

/**
 * Works until it is killed: eight writers at once, each putting an artifact and then its row, every fifth operation removing both again.
 * Says `open`, `saved` and `removed` only after the fact, on standard output, which is written synchronously.
 */
const [folder = '', round = '0', operations = '1000000'] = process.argv.slice(2);
const lock = tryLock(join(folder, 'owner.lock'));
if (!lock) throw new Error('The lock is held');
const database = await openDatabase({ file: join(folder, 'lathe.db'), worker: new URL('./probeWorker.ts', import.meta.url), readers: 1 });
const artifacts = openArtifacts(join(folder, 'artifacts'));
let next = 0;

async function work(): Promise<void> {
  while (next < Number(operations)) {
    next += 1;
    const name = `${round}-${next}`;
    console.log(`open ${name}`);
    const digest = await artifacts.put(Buffer.from(`${name} `.repeat(1 + ((next * 37) % 500))));
    await database.run(addEntry, { name: `${name} ${digest}` });
    console.log(`saved ${name} ${digest}`);
    if (next % 5 !== 0) continue;
    console.log(`removing ${name}`);
    await database.run(dropEntry, { name: `${name} ${digest}` });
    await artifacts.remove(digest);
    console.log(`removed ${name}`);
  }
}

await Promise.all(Array.from({ length: 8 }, work));
await database.close();
lock.release();
console.log('finished');
