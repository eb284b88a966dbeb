// Builds native/build/lathe_gpu.node with one plain compiler call: no node-gyp, nothing fetched. The headers come
// from the npm packages node-api-headers and node-addon-api. `npm run build:native`; CXX names another compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const native = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(native, '..', 'node_modules');
const headers = [path.join(modules, 'node-api-headers', 'include'), path.join(modules, 'node-addon-api')];
const sources = ['addon.cc', 'nvmlLibrary.cc'].map((name) => path.join(native, 'src', name));
const output = path.join(native, 'build', 'lathe_gpu.node');
const defines = ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NAPI_CPP_EXCEPTIONS', 'BUILDING_NODE_EXTENSION'];

/** Compiler, arguments and the package that brings the compiler, by system. Only the Linux line has been run. */
function unixLine(target, extra) {
  return {
    compiler: process.env.CXX ?? 'c++',
    args: ['-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-shared', ...extra,
      ...defines.map((name) => `-D${name}`), ...headers.map((folder) => `-isystem${folder}`), ...sources, '-o', target, '-ldl'],
  };
}

function windowsLines(target) {
  const importLibrary = path.join(native, 'build', 'node_api.lib');
  const definitions = path.join(modules, 'node-api-headers', 'def', 'node_api.def');
  return [
    { compiler: 'lib', args: [`/def:${definitions}`, `/out:${importLibrary}`, `/machine:${process.arch}`, '/nologo'] },
    {
      compiler: process.env.CXX ?? 'cl',
      args: ['/nologo', '/LD', '/O2', '/EHsc', '/std:c++17', '/MT', ...defines.map((name) => `/D${name}`), ...headers.map((folder) => `/external:I${folder}`), '/external:W0',
        `/Fo${path.join(native, 'build')}\\`, ...sources, path.join(native, 'src', 'winDelayLoadHook.cc'), `/Fe${target}`,
        '/link', importLibrary, 'delayimp.lib', '/DELAYLOAD:node.exe'],
    },
  ];
}

const SYSTEMS = {
  linux: { lines: (target) => [unixLine(target, [])], remedy: 'Debian/Ubuntu: apt-get install g++' },
  darwin: { lines: (target) => [unixLine(target, ['-undefined', 'dynamic_lookup'])], remedy: 'macOS: xcode-select --install' },
  win32: { lines: windowsLines, remedy: 'Windows: run this in the "x64 Native Tools Command Prompt" of Visual Studio Build Tools' },
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const system = SYSTEMS[process.platform] ?? fail(`The addon has no build line for ${process.platform}. Lathe works without it.`);
for (const folder of headers) if (!existsSync(folder)) fail(`Expected the headers in ${folder}. Run npm install first.`);
mkdirSync(path.dirname(output), { recursive: true });
// Built beside and renamed: a running Lathe keeps the file that it loaded.
const target = `${output}.${process.pid}.tmp`;
for (const { compiler, args } of system.lines(target)) {
  const { status, error } = spawnSync(compiler, args, { stdio: 'inherit' });
  if (status === 0) continue;
  rmSync(target, { force: true });
  fail(error ? `The compiler "${compiler}" could not be started (${error.message}). ${system.remedy}. Lathe works without the addon.` : `"${compiler}" failed; its messages are above.`);
}
renameSync(target, output);
process.stdout.write(`Built ${path.relative(process.cwd(), output)}\n`);
