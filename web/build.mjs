// Bundle the app: one script, one style sheet, the page and the icon into a folder.
//   node build.mjs FOLDER
// Messages are one file a page and language; the module 'respite:messages' is all of them, and the sentences of the server by their English.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyWords, messagesOf, sentencesOf } from './messages.mjs';

const home = dirname(fileURLToPath(import.meta.url));

const messages = {
  name: 'messages',
  setup(build) {
    build.onResolve({ filter: /^respite:messages$/ }, () => ({ path: 'messages', namespace: 'respite' }));
    build.onLoad({ filter: /.*/, namespace: 'respite' }, () => {
      const all = { en: messagesOf('en'), de: messagesOf('de') };
      return { contents: `export const messages = ${JSON.stringify(all)}; export const sentences = ${JSON.stringify({ ...historyWords(), ...sentencesOf('de', 'rules') })}; export const served = ${JSON.stringify(sentencesOf('de', 'service'))};`, loader: 'js' };
    });
  },
};

/** Bundle one entry into a folder; the names of what was made. Also for the tests, with an entry of their own. */
export async function bundle(entry, out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const done = await build({
    entryPoints: [entry],
    outdir: out,
    entryNames: 'respite.[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    nodePaths: [join(home, 'node_modules')],
    legalComments: 'inline',
    logLevel: 'warning',
    metafile: true,
    plugins: [messages],
  });
  return Object.keys(done.metafile.outputs).map((path) => basename(path));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[2];
  const made = await bundle(join(home, 'src/main.tsx'), out);
  const page = readFileSync(join(home, 'index.html'), 'utf8')
    .replace('%CSS%', made.find((name) => name.endsWith('.css')))
    .replace('%JS%', made.find((name) => name.endsWith('.js')));
  writeFileSync(join(out, 'index.html'), page);
  copyFileSync(join(home, 'favicon.svg'), join(out, 'favicon.svg'));
  if (readdirSync(out).length !== 4) throw new Error(`expected one script and one style sheet, got ${made.join(', ')}`);
}
