import fc from 'fast-check';
import t from 'tap';
import { csvCell } from '../../../protocol/csv.ts';
import { runMetricsSchema } from '../../../protocol/run.ts';
import { inert } from '../../../protocol/text.ts';
import { exported } from '../../support/exported.ts';
import { overlappingTrace } from '../../support/overlapping-trace.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

/** RFC 4180, strictly: rows of cells; text after a closing quote or a bare quote is an error. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
      cell.lastIndex = at;
      const match = cell.exec(text);
      if (match === null) throw new RangeError(`not CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
      row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
      at = cell.lastIndex;
      if (match[3] === '\r\n') break;
    }
    rows.push(row);
  }
  return rows;
}

/** What spreadsheets start a formula with. */
const DANGEROUS = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

t.test('any text is one cell, opens as it was, and never as a formula', (t) => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' =', '"=', '＝', '\u200b='), fc.string())
      .map(([sign, rest]) => `${sign}${rest}`),
    fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', 'a', '=', "'") }),
  );
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (texts) => {
      const [row, ...more] = readCsv(`${texts.map(csvCell).join(',')}\r\n`);
      if (more.length > 0 || row?.length !== texts.length) return false;
      return row.every((read, at) => {
        const clean = inert(texts[at]!);
        return (read === clean || read === `'${clean}`) && !DANGEROUS.test(read);
      });
    }),
  );
  t.equal(csvCell('=HYPERLINK("http://evil","x")'), `"'=HYPERLINK(""http://evil"",""x"")"`);
  t.equal(csvCell(-5), '-5', 'a number stays one');
  t.equal(csvCell('-5'), "'-5");
  t.equal(csvCell(null), '');
  t.equal(csvCell('\u001b[2Ja\u202eb\r\nc\td'), '"\uFFFD[2Ja\uFFFDb\r\nc\td"', 'nothing acts where it is printed');
  t.end();
});

t.test('an experiment has a row for each run, with every metric', async (t) => {
  const runs = [1, 2, 3].map((number) => ({
    events: traceOf({ runId: runIdOf(number), experiment: 'one, "two"\n=3' }),
  }));
  const [head, ...rows] = readCsv(await exported(runs, { scope: { experiment: 'one, "two"\n=3' }, format: 'csv' }));
  t.same(
    rows.map(([id]) => id),
    [1, 2, 3].map(runIdOf),
  );
  t.ok(Object.keys(runMetricsSchema.shape).every((name) => head?.includes(name)));
  t.ok(rows.every((row) => row.length === head?.length));
  t.equal(rows[0]![head!.indexOf('cost_msat')], '78');
  t.equal(rows[0]![head!.indexOf('experiment')], 'one, "two"\n=3');
});

t.test('a run has a row for each sub-query', async (t) => {
  const events = overlappingTrace(5, 30, 100);
  const [head, ...rows] = readCsv(await exported([{ events }], { scope: { run: runIdOf(1) }, format: 'csv' }));
  t.equal(rows.length, 30);
  const statuses = new Set(rows.map((row) => row[head!.indexOf('status')]));
  t.same(
    [...statuses].filter((status) => !['answered', 'failed', 'timeout', 'submitted'].includes(status!)),
    [],
  );
});
