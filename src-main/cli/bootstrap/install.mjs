import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNpm, lastLine } from './checks.mjs';
import { commandName, runQuietly } from './runChild.mjs';
import { formatBytes, SetupError, startStep } from './steps.mjs';

/** What an installation came to when last measured (Linux x64); only the progress line uses it. */
const ABOUT_BYTES = 2_340_000_000;
const NODE_MAJOR = 24;

/** @param {string} root */
export function node24Path(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Variables for Node 24 and what it starts: it keeps what it compiled, types stripped, beside the packages. A command starts a
 * tenth sooner with it; a database's thread from source takes half the time. A file that changed is compiled again.
 * @param {string} root
 */
export function compileCache(root) {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'lathe-compiled') };
}

/** The stamp is written last: an installation that was cut off has none, and is done again from the start. */
function stampPath(root) {
  return join(root, 'node_modules', '.lathe-installed.json');
}

/** What the installation depends on. */
export function installKey(root) {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', '.npmrc']) hash.update(existsSync(join(root, name)) ? readFileSync(join(root, name)) : '').update('\0');
  hash.update(JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).allowScripts ?? {}));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

/** @param {string} root */
export function isInstalled(root) {
  if (!existsSync(node24Path(root))) return false;
  return readJson(stampPath(root))?.key === installKey(root) || agreesWithLock(root);
}

/**
 * True when npm itself recorded, as the last thing it does, an installation of exactly this lock file: someone who ran
 * `npm ci` or `npm install` does not wait for a second one.
 */
function agreesWithLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!present) return false;
  const complete = Object.entries(wanted).every(([place, entry]) => place === '' || entry.optional || present[place]?.version === entry.version);
  return complete && Object.entries(present).every(([place, entry]) => wanted[place]?.version === entry.version);
}

/** Null for a file that is absent or was cut off. */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Runs `npm ci` with progress. The caller holds the set-up lock. */
export async function install(root) {
  await checkNpm(root);
  const step = startStep(`Installing packages (about ${formatBytes(ABOUT_BYTES)} on disk)`);
  const meter = createMeter(root);
  const timer = setInterval(() => step.bytes({ ...meter.read(), total: ABOUT_BYTES }), 1_000);
  const { code, output, error } = await runQuietly({ command: commandName('npm'), args: ['ci', '--no-fund', '--no-audit', '--loglevel=error'], cwd: root, env: npmEnvironment() });
  clearInterval(timer);
  if (code !== 0) {
    step.failed();
    throw explainNpmFailure(error ? error.message : output);
  }
  await checkNode24(root, step);
  writeFileSync(stampPath(root), JSON.stringify({ key: installKey(root) }));
  const { done, packages } = meter.read();
  step.done(`${packages} packages, ${formatBytes(done)}`);
}

/** `npm start` sets variables that would change what the nested npm does. */
function npmEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (/^npm_(config_(loglevel|json|silent|global|omit|include|production|ignore_scripts)|lifecycle|package)/i.test(name)) delete env[name];
  // Node's production mode would leave out what the build needs.
  delete env.NODE_ENV;
  return env;
}

async function checkNode24(root, step) {
  const { code, stdout, output } = await runQuietly({ command: node24Path(root), args: ['--version'], cwd: root });
  if (code === 0 && stdout.startsWith(`v${NODE_MAJOR}.`)) return;
  step.failed();
  throw new SetupError(
    `The package "node" did not bring Node ${NODE_MAJOR} for ${process.platform}-${process.arch}: ${lastLine(output)}`,
    'Delete node_modules and run the command again; behind a proxy, check that npm can reach its registry.',
  );
}

/**
 * Counts what has arrived. A package is measured when seen twice, so that one still being unpacked is read again,
 * and each is walked about once.
 */
function createMeter(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const places = Object.keys(lock.packages ?? {}).filter((path) => path.startsWith('node_modules/'));
  const seen = new Map();
  return {
    read() {
      let done = 0;
      let packages = 0;
      for (const place of places) {
        const known = seen.get(place);
        if (known?.settled) {
          done += known.bytes;
          packages += 1;
        } else if (existsSync(join(root, place, 'package.json'))) {
          const bytes = folderBytes(join(root, place));
          seen.set(place, { bytes, settled: known?.bytes === bytes });
          done += bytes;
          packages += 1;
        }
      }
      return { done, packages, now: `${packages} packages` };
    },
  };
}

function folderBytes(folder) {
  let bytes = 0;
  for (const entry of list(folder)) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else if (entry.isFile()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** npm moves folders while they are read: one that is gone counts nothing. */
function list(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  }
}

const CAUSES = [
  [/ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH/, 'The npm registry could not be reached.', 'Connect to the network (or set npm\'s proxy: npm config set proxy URL) and run the command again; what was downloaded is kept in npm\'s cache.'],
  [/ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i, 'The connection to the npm registry broke.', 'Run the command again: what was downloaded is kept in npm\'s cache, only the rest is fetched.'],
  [/ENOSPC/, 'The disk is full.', `Free about ${formatBytes(ABOUT_BYTES * 1.3)} and run the command again.`],
  [/EACCES|EPERM|EROFS/, 'npm may not write here.', 'Give your user the folder (for example: sudo chown -R "$USER" .) and run the command again; do not use sudo npm.'],
  [/EINTEGRITY/, 'A package is not the one that the lock file names (wrong checksum).', 'Run npm cache verify, then the command again. If it stays so, a proxy or mirror alters packages.'],
  [/SELF_SIGNED|UNABLE_TO_GET_ISSUER|CERT_/, 'The registry\'s certificate is not trusted on this machine.', 'Behind a company proxy: set NODE_EXTRA_CA_CERTS to its certificate file and run the command again.'],
  [/E40[13]/, 'The npm registry refused access.', 'Check the registry and its credentials in your .npmrc, then run the command again.'],
  [/EUSAGE|can only install packages when your package(-lock)?\.json/, 'package.json and package-lock.json do not agree.', 'Run npm install once and commit the lock file.'],
];

/** npm's own words, with what to do about them. Exported for the tests of every cause. */
export function explainNpmFailure(output) {
  const said = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line) && !/A complete log|-debug-\d/.test(line));
  const own = said.slice(0, 3).map((line) => line.replace(/^npm (error|ERR!)\s*/, '')).join(' · ') || lastLine(output);
  const [, message, hint] = CAUSES.find(([pattern]) => pattern.test(output)) ?? [null, 'npm could not install the packages.', 'Read the cause above; npm ci in this folder shows all that npm says.'];
  return new SetupError(`${message} npm says: ${own}`, hint);
}
