import t from 'tap';
import { gravity } from '../../../conductor/search/failures.ts';
import { cite } from './cut-text.ts';

t.test('a line is as grave as its form', async (t) => {
  t.equal(gravity('cp: error writing: No space left on device'), 3);
  t.equal(gravity('10:00 ERROR database gone'), 2);
  t.equal(gravity('java.lang.IllegalStateException: closed'), 2);
  t.equal(gravity('could not read the file'), 1);
  t.equal(gravity('all is well'), 0);
});

t.test('names, commands, excerpts and probes are no failures', async (t) => {
  t.equal(gravity('  CC  src/error_handler.o'), 0);
  t.equal(gravity('gcc -Werror=format -O2 -o error.o -c error.c'), 0);
  t.equal(gravity('  693 | static void fail_if_fatal(error *e)'), 0);
  t.ok(gravity('checking for fatal.h... not found') < 0.2);
  t.ok(gravity('make: *** [all] Error 2') < 0.5);
  t.equal(gravity('finished with 0 errors'), 0);
});

t.test('the first cause comes before the avalanche that it set off', async (t) => {
  const steps = Array.from({ length: 400 }, (_, index) => `[${index}] Compiling part ${index}`);
  const avalanche = Array.from({ length: 300 }, (_, index) => `part${index}.c:3:5: error: 'symbol${index}' undeclared`);
  const lines = [
    ...steps,
    'warning: unused variable',
    'unpack: write failed: Disk quota exceeded',
    '[401] Linking',
    ...avalanche,
    'make: *** [Makefile:91: all] Error 2',
    'build failed',
  ];
  const text = lines.join('\n');
  const cuts = [text.indexOf('[200]'), text.indexOf('[401]')];
  for (const query of ['Why does this build fail?', 'What broke the build?', 'What is the root cause?']) {
    const cited = cite(text, 'log', query, cuts);
    t.match(cited[0]?.quote, /quota exceeded/, query);
    t.same(cited, cite(text, 'log', query, []));
  }
});
