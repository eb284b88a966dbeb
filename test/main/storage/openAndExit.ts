import { openDatabase } from '../../../src-main/storage/database.ts';

/** Opens a database with the given worker, and closes it again: something to be killed at a failpoint. */
const [file = '', worker = ''] = process.argv.slice(2);
const database = await openDatabase({ file, worker: new URL(worker), readers: 1 });
console.log(JSON.stringify(database.opened));
await database.close();
