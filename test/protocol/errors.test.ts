// The catalogue of errors: its document is complete and exact, and every message is one line with the next step.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { CATALOGUE, type ErrorCode, EXIT, isErrorCode, PylonError, toPylonError } from '../../protocol/errors.ts';
import { ERROR_GROUPS, errorsDocument } from '../support/errors-document.ts';

const codes = Object.keys(CATALOGUE) as ErrorCode[];

t.test('docs/errors.md is what the catalogue says (errors-document.ts writes it anew)', async (t) => {
  const written = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const named = [...written.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]!);
  t.same(
    [...codes].sort().filter((code) => !named.includes(code)),
    [],
    'no code of the catalogue is left out',
  );
  t.same(
    named.filter((code) => !isErrorCode(code)),
    [],
    'no code is made up',
  );
  t.equal(written, errorsDocument());
});

t.test('every code stands in one group of the document', async (t) => {
  const grouped = ERROR_GROUPS.flatMap((group) => group.codes);
  t.same([...grouped].sort(), [...codes].sort());
});

t.test('codes are words with hyphens, exit codes those of the CLI, sentences plain', async (t) => {
  for (const code of codes) {
    const row = CATALOGUE[code];
    t.match(code, /^[a-z]+(-[a-z]+)*$/);
    t.ok(Object.values(EXIT).includes(row.exit as 1), `${code} ends with a known exit code`);
    t.notMatch(`${row.means}${row.next}`, /[\n|]|\.$/, code);
    t.not(row.exit, EXIT.answer, `${code} is no success`);
  }
});

t.test('a message is one line: what is wrong, the value quoted and shortened, what to do', async (t) => {
  const error = new PylonError('input-missing', { value: 'no such\nfile 🙈' });
  t.equal(
    error.message,
    'the input does not exist ("no such\\nfile 🙈"): check the path, or use `-` to read standard input',
  );
  t.equal(error.exitCode, EXIT.usage);
  const long = new PylonError('option-invalid', { value: '🙈'.repeat(10_000), reason: 'too many', next: 'use fewer' });
  t.ok(long.message.length < 300);
  t.notMatch(long.message, /\p{Surrogate}/u);
  t.match(long.message, /^too many \(".*…"\): use fewer$/u);
});

t.test('whatever is thrown becomes an error with a code, a cause and one line', async (t) => {
  const known = new PylonError('run-unknown');
  t.equal(toPylonError(known), known);
  const cause = new TypeError('two\nlines');
  const wrapped = toPylonError(cause);
  t.equal(wrapped.code, 'internal');
  t.equal(wrapped.cause, cause);
  t.notMatch(wrapped.message, /\n/);
  for (const odd of [undefined, null, 'text', 7, {}]) t.equal(toPylonError(odd).code, 'internal');
});

t.test('only codes of the catalogue are codes', async (t) => {
  t.ok(isErrorCode('internal'));
  for (const text of ['', 'toString', '__proto__', 'Internal', 'internal ']) t.notOk(isErrorCode(text), text);
});
