#!/usr/bin/env node
// The command. It only finds the compiled CLI, so that this file keeps its run bit whatever is rebuilt.
import { existsSync } from 'node:fs';

try {
  const { runProcess } = await import('../out/node/cli/main.js');
  await runProcess();
} catch (error) {
  const built = existsSync(new URL('../out/node/cli/main.js', import.meta.url));
  const missing = error?.code === 'ERR_MODULE_NOT_FOUND';
  if (!missing) console.error(error);
  else if (built) console.error('pylon: a dependency is missing: run `npm ci` in the checkout');
  else console.error('pylon: not built yet: run `npm ci` (or `npm run build`) in the checkout');
  process.exitCode = 1;
}
