#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=50
// The command. It only finds the compiled CLI, so that this file keeps its run bit whatever is rebuilt.
// A run makes much short-lived garbage (sealed chunks, 25 KB each). V8 would let its heap grow to four times
// what lives before it collects; these two flags halve a run's memory for a little more CPU.
import { existsSync } from 'node:fs';

try {
  const { runProcess } = await import('../out/bundle/main.js');
  await runProcess();
} catch (error) {
  const built = existsSync(new URL('../out/bundle/main.js', import.meta.url));
  const missing = error?.code === 'ERR_MODULE_NOT_FOUND';
  if (!missing) console.error(error);
  else if (built) console.error('pylon: a dependency is missing: run `npm ci` in the checkout');
  else console.error('pylon: not built yet: run `npm ci` (or `npm run build`) in the checkout');
  process.exitCode = 1;
}
