import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { decodeFile } from '../../../../node/api/chat/file-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'pylon-test-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Decoded from memory and from a file: both must say the same. */
async function decoded(data: string): Promise<Buffer> {
  const [held, source, spooled] = [count++, count++, count++].map((number) => join(folder, String(number))) as [
    string,
    string,
    string,
  ];
  writeFileSync(source, data);
  await decodeFile({ text: data }, held, 'file_data');
  await decodeFile({ path: source }, spooled, 'file_data');
  t.same(readFileSync(held), readFileSync(spooled));
  return readFileSync(held);
}

t.test('base64 and data URLs give the bytes that they stand for, long or short', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(60), async (bytes, width) => {
      const base64 = Buffer.from(bytes).toString('base64');
      const wrapped = width < 4 ? base64 : base64.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n');
      for (const data of [wrapped, `data:text/plain;base64,${wrapped}`, `DATA:;Base64,${base64.replace(/=+$/, '')}`])
        t.same(await decoded(data), Buffer.from(bytes));
    }),
    { numRuns: 40 },
  );
  const long = Buffer.from('a line of a long file\n'.repeat(50_000));
  t.same(await decoded(`data:text/plain;charset=utf-8;base64,${long.toString('base64')}`), long);
  t.same(
    await decoded(`data:text/plain,${encodeURIComponent('Ärger & more\n').repeat(30_000)}`),
    Buffer.from('Ärger & more\n'.repeat(30_000)),
  );
  t.equal((await decoded('data:text/plain,plain text, with a comma')).toString(), 'plain text, with a comma');
});

t.test('what is neither, or no text, is refused in words', async (t) => {
  const cases: [data: string, code: string][] = [
    ['this is no base64!', 'request-invalid'],
    ['YQ==YQ==', 'request-invalid'],
    ['YWJj=', 'request-invalid'],
    ['YWJjZ', 'request-invalid'],
    ['data:text/plain;base64', 'request-invalid'],
    ['data:text/plain,100%', 'request-invalid'],
    ['data:text/plain,%zz', 'request-invalid'],
    ['data:image/png;base64,iVBORw0KGgo=', 'input-binary'],
    ['data:application/pdf;base64,JVBERi0=', 'input-binary'],
  ];
  for (const [data, code] of cases)
    await t.rejects(
      decodeFile({ text: data }, join(folder, `refused-${count++}`), 'file_data'),
      { code, param: 'file_data' },
      data,
    );
});
