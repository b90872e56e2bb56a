// What a browser loads before it shows anything stays small: the entry and what it imports, as gzip sends them.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import t from 'tap';

const DASHBOARD = new URL('../../../dashboard/', import.meta.url);
/** Issue 5: the first load is at most 45 KB of gzipped script. */
const BUDGET_BYTES = 45 * 1_024;
const STATIC_IMPORT = /\b(?:import|export)\s*(?:[\w*{}\s,$]+?from\s*)?["']\.\/([\w.-]+\.js)["']/g;

async function scriptsOf(page: string): Promise<Set<string>> {
  const queue = [...page.matchAll(/<script[^>]*src="\/rlm\/assets\/([\w.-]+\.js)"/g)].map(([, name]) => name ?? '');
  const seen = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const text = await readFile(new URL(`assets/${name}`, DASHBOARD), 'utf8');
    queue.push(...[...text.matchAll(STATIC_IMPORT)].map(([, other]) => other ?? ''));
  }
  return seen;
}

t.test('the first load is at most 45 KB of gzipped script', async (t) => {
  const page = await readFile(new URL('index.html', DASHBOARD), 'utf8');
  t.notMatch(page, /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/, 'nothing in it that the policy would stop');
  t.notMatch(page, /https?:\/\//, 'nothing of it comes from elsewhere');
  const scripts = await scriptsOf(page);
  t.ok(scripts.size > 0);
  let bytes = 0;
  for (const name of scripts) bytes += gzipSync(await readFile(new URL(`assets/${name}`, DASHBOARD))).length;
  t.ok(bytes <= BUDGET_BYTES, `${bytes} bytes in ${scripts.size} files`);
  t.comment(`first load: ${bytes} bytes of gzipped script`);
});
