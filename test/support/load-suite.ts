// Loads the compiled test files named on the command line (after the suite's name) into this one process. A file
// that cannot be loaded is a failed test with its name, not a silent gap.
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

// tap names its fixture folders after the arguments it finds: the suite's name is unique and short, the files are not.
const files = process.argv.splice(3);
const { default: t } = await import('tap');

for (const file of files) {
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    t.fail(`${relative('.', file)} cannot be loaded`, { error: error instanceof Error ? error.stack : String(error) });
  }
}
