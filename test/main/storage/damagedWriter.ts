import { openDatabase } from '../../../src-main/storage/database.ts';
import { addEntry } from './probeCommands.ts';

/** Writes rows one after the other, and ends as by a power cut: with the rows in the write-ahead log. */
const [file = '', rows = '0'] = process.argv.slice(2);
const database = await openDatabase({ file, worker: new URL('./probeWorker.ts', import.meta.url), readers: 1 });
for (let index = 0; index < Number(rows); index += 1) await database.run(addEntry, { name: `entry ${index}`, bytes: 2_000 });
process.kill(process.pid, 'SIGKILL');
