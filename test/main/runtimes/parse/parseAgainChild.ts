// Reads files as the parse child does, all of them `passes` times, and prints the resident bytes after each pass once garbage is collected.
//   parseAgainChild.ts PASSES < paths, one a line
import { readFileSync } from 'node:fs';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';

const paths = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const resident: number[] = [];
for (let pass = 0; pass < Number(process.argv[2]); pass++) {
  for (const path of paths) {
    try {
      await parseBytes(readFileSync(path), path);
    } catch {
      // Refusals are what the other tests are about.
    }
  }
  // A PDFium instance that was given up goes with the second collection.
  for (let again = 0; again < 3; again++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  resident.push(process.memoryUsage().rss);
}
process.stdout.write(JSON.stringify(resident));
