// Builds the two script-tag files, the two modules and their types into dist/; with --tests, the unit tests into dist-tests/.
// Fails when a script-tag file is larger than its page is promised.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const scriptGzipBytesMax = 6 * 1024 - 16; // the server's packer is some 15 B worse than the one here, and a page is promised 6 KiB
const conversationGzipBytesMax = 24 * 1024; // fetched by those alone who talk to somebody
// Names that only these files use among themselves: shortened, alike in every file. None may be a name of the browser's, of the wire or of the public API.
const internal = new RegExp(`^(${['retryAfterMs', 'deliver', 'beacon', 'standing', 'explain', 'needsBeat', 'arrived', 'searched', 'hasRefused', 'refused', 'fromOtherTabs', 'ensure',
  'current', 'touch', 'adopt', 'hurry', 'alone', 'lives', 'spread', 'receive', 'launch', 'mint', 'signed', 'later', 'isSeen', 'settle', 'say', 'lead', 'keep', 'cancel', 'stop', 'tell',
  'names', 'hers', 'leaving', 'leave'].join('|')})$`);
const target = ['es2022', 'chrome109', 'firefox115', 'safari16.4'];

if (process.argv.includes('--tests')) {
  const folder = join(here, 'tests');
  rmSync(join(here, 'dist-tests'), { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(folder).filter(name => name.endsWith('.test.ts')).map(name => join(folder, name)),
    outdir: join(here, 'dist-tests'), outExtension: { '.js': '.mjs' }, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning',
  });
} else {
  await release();
}

async function release() {
  const dist = join(here, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const common = { bundle: true, minify: true, target, legalComments: 'none', charset: 'utf8', logLevel: 'warning', mangleProps: internal, mangleCache: {} };
  const source = name => join(here, 'src', `${name}.ts`);
  // Named by its content, so that a tag never meets the invitation of another release and caches may keep it for ever.
  const named = async (entry, name, settings) => {
    const made = await build({ ...common, ...settings, entryPoints: [source(entry)], outdir: dist, entryNames: `${name}-[hash]`, outExtension: { '.js': '.mjs' }, format: 'esm', metafile: true });
    return { mangleCache: made.mangleCache, file: basename(Object.keys(made.metafile.outputs)[0]) };
  };
  // It brings a library along, whose names are its own: nothing is shortened there.
  const conversation = await named('conversation/talk', 'conversation', { mangleProps: undefined, mangleCache: undefined });
  const beside = { name: 'beside', setup: at => at.onResolve({ filter: /conversation\/talk$/ }, () => ({ path: `./${conversation.file}`, external: true })) };
  const invitation = await named('invitation/holder', 'invitation', { plugins: [beside] });
  const invitationFile = invitation.file;
  const { mangleCache } = invitation; // what crosses from one file to the other is named alike
  // A module's code, strict as it was checked; the directive itself would be 13 B of each page's 6 KiB.
  const script = { ...common, mangleCache, format: 'iife', tsconfigRaw: { compilerOptions: { alwaysStrict: false } }, define: { invitationFile: JSON.stringify(invitationFile) } };
  await Promise.all([
    build({ ...script, entryPoints: [source('script')], outfile: join(dist, 'engagement.js') }),
    build({ ...script, entryPoints: [source('script-invitation')], outfile: join(dist, 'engagement-invitation.js') }),
    build({ ...common, entryPoints: { engagement: source('index'), 'invitation-only': source('invitation-only') }, outdir: dist, outExtension: { '.js': '.mjs' },
      format: 'esm', splitting: true, chunkNames: 'chunks/[name]-[hash]' }),
  ]);
  writeKnownBots(dist);
  execFileSync(process.execPath, [join(here, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(here, 'tsconfig.json'), '--emitDeclarationOnly'], { stdio: 'inherit' });
  const sizes = Object.fromEntries(['engagement.js', 'engagement-invitation.js', invitationFile, conversation.file].map(name => {
    const bytes = readFileSync(join(dist, name));
    return [name, { bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length }];
  }));
  writeFileSync(join(dist, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  for (const [name, size] of Object.entries(sizes)) {
    const max = name === conversation.file ? conversationGzipBytesMax : scriptGzipBytesMax;
    console.log(`${name}: ${size.bytes} B, ${size.gzipBytes} B gzipped (at most ${max})`);
    if (size.gzipBytes > max) process.exitCode = 1;
  }
}

/** What the collector knows of bots: the patterns of a list that others keep, compiled into it; and the list's own examples, for its tests. */
function writeKnownBots(dist) {
  const folder = join(here, 'node_modules', 'crawler-user-agents');
  const bots = JSON.parse(readFileSync(join(folder, 'crawler-user-agents.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  writeFileSync(join(dist, 'known-bots.json'), JSON.stringify({ version, patterns: bots.map(bot => bot.pattern) }));
  writeFileSync(join(dist, 'known-bots-examples.json'), JSON.stringify(bots.flatMap(bot => bot.instances)));
}
