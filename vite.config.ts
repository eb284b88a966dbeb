import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Copies what pdf.js reads at run time (fonts, character maps, decoders without WebAssembly) beside the bundle: nothing is fetched from elsewhere. */
function pdfAssets(): Plugin {
  const folders = [
    { from: 'standard_fonts', keep: /\.(ttf|pfb)$|LICENSE/ },
    { from: 'cmaps', keep: /\.bcmap$|LICENSE/ },
    { from: 'wasm', keep: /_nowasm_fallback\.js$|LICENSE/ },
  ];
  return {
    name: 'lathe-pdf-assets',
    generateBundle() {
      for (const { from, keep } of folders) {
        const folder = here(`./node_modules/pdfjs-dist/${from}`);
        for (const name of readdirSync(folder).filter((entry) => keep.test(entry))) {
          this.emitFile({ type: 'asset', fileName: `pdf/${from}/${name}`, source: readFileSync(`${folder}/${name}`) });
        }
      }
    },
  };
}

/** The window: one static bundle, the same for the browser host and for Electron. */
const windowBundle: UserConfig = {
  root: here('./src-renderer'),
  base: './',
  plugins: [react(), pdfAssets()],
  worker: { format: 'es' },
  build: {
    outDir: here('./dist/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and images stay files: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      output: {
        manualChunks(id: string): string | undefined {
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
          if (/node_modules\/(@mantine|@floating-ui)\//.test(id)) return 'mantine';
          return undefined;
        },
      },
    },
  },
};

/** What starts a process or a worker thread: file in dist/main → source. */
const ENTRIES: Readonly<Record<string, string>> = {
  cli: 'cli/main.ts',
  app: 'app/main.ts',
  projectDatabaseWorker: 'server/projectDatabaseWorker.ts',
  userDatabaseWorker: 'server/userDatabaseWorker.ts',
  ...Object.fromEntries(['llama', 'onnx', 'index', 'parse', 'data', 'fake'].map((id) => [`runtime-${id}`, `runtimes/${id}/child/entry.ts`])),
};

/** A preload script in a sandboxed renderer must be one CommonJS file. */
const PRELOAD = 'app/preload.ts';

/** An entry that does not exist fails the build, so that the table names none. */
const inputs = Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, here(`./src-main/${path}`)]));

/**
 * The processes: Node 24 reads them as they are. Packages stay in node_modules, but for those that are hundreds of small
 * modules: every thread of a database loads Kysely, and reading it file by file took a third of a start.
 * All files lie in one folder, so that `./name.js` beside any of them is found.
 */
const mainBundle: UserConfig = {
  root: here('.'),
  publicDir: false,
  resolve: { alias: [{ find: /^#contract\//, replacement: here('./src-main/contract/') }] },
  ssr: { external: true, noExternal: [/^kysely/, /^zod/, /^@orpc\//] },
  build: {
    ssr: true,
    outDir: here('./dist/main'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: inputs,
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' },
    },
  },
};

const preloadBundle: UserConfig = {
  root: here('.'),
  publicDir: false,
  resolve: { alias: [{ find: /^#contract\//, replacement: here('./src-main/contract/') }] },
  ssr: { external: ['electron'] },
  build: {
    ssr: true,
    outDir: here('./dist/main'),
    emptyOutDir: false,
    target: 'chrome140',
    rollupOptions: { input: here(`./src-main/${PRELOAD}`), output: { format: 'cjs', entryFileNames: 'preload.cjs' } },
  },
};

const BUNDLES: Readonly<Record<string, UserConfig>> = { main: mainBundle, preload: preloadBundle };

/** `--mode main`, `--mode preload`, else the window. */
export default defineConfig(({ mode }) => BUNDLES[mode] ?? windowBundle);
