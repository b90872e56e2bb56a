import fc from 'fast-check';
import t from 'tap';
import { FILE_FORMATS } from '../../../ledger/export/file-formats.ts';
import { LEAVING_RULES, parseRules } from '../../../ledger/redact/rules.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { exported, exporterOf } from '../../support/exported.ts';
import { leaks, plantedSecret, traceWith } from '../../support/planted-secrets.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const scope = { run: runIdOf(1) };

/** The payload is named by its own hash, so that it comes along. */
function planted(text: string) {
  const { events, payload } = traceWith(text);
  const named = events.map((event) =>
    event.type === 'SubQueryReturn' ? { ...event, output_hash: sha256Hex(payload) } : event,
  ) as TraceEvent[];
  return { events: named, payloads: [payload] };
}

t.test('a planted secret is in no format, whatever the rules', async () => {
  await fc.assert(
    fc.asyncProperty(
      plantedSecret,
      fc.constantFrom('secrets', 'paths', 'share', 'leaving', 'all'),
      fc.constantFrom(...FILE_FORMATS),
      async (secret, rules, format) => {
        const run = planted(secret.text);
        const file = await exporterOf([run]).file({ scope, format, rules: parseRules(rules) });
        let text = file.name;
        for await (const piece of file.pieces) text += piece;
        for (const spelling of [
          text,
          text.replaceAll('""', '"'),
          text.replaceAll('&quot;', '"'),
          text.replaceAll('\\"', '"'),
        ])
          if (leaks(secret, spelling)) throw new RangeError(`${format} by ${rules}: ${secret.kind} ${secret.text}`);
      },
    ),
    { numRuns: 300 },
  );
});

t.test('a page is redacted unless somebody says otherwise, a file for oneself is whole', async (t) => {
  const run = planted('the words of the input');
  t.match(await exported([run], { scope, format: 'jsonl' }), /"quote\\?":\\?"the words/);
  const { removed } = await exporterOf([run]).preview({ scope, format: 'html' });
  t.match(
    removed.find(({ what }) => what === 'SubQueryReturn.preview'),
    { rule: 'input', count: 1 },
  );
});

t.test('under the rules for what leaves no word of question, answer or input is left', async (t) => {
  const run = planted('hippopotamus');
  for (const format of FILE_FORMATS) {
    const text = await exported([run], { scope, format, rules: LEAVING_RULES });
    const left = text.replaceAll(/"(?:experiment|dataset|model|name)":"hippopotamus"|"hippopotamus":1/g, '');
    const isNamed = /hippopotamus/.test(left) && format === 'jsonl';
    t.notOk(isNamed, format);
  }
});

t.test('the preview tells what the file will be without, and what the rules keep', async (t) => {
  const run = planted('sk-abcdefghijklmnop1234');
  const preview = await exporterOf([run]).preview({ scope, format: 'jsonl', rules: parseRules('paths') });
  t.match(preview, { runs: 1, rules: ['secrets', 'paths'] });
  t.ok(preview.kept.includes('answer') && !preview.kept.includes('paths'));
  t.ok(preview.removed.some(({ what, count }) => what === 'api key' && count > 5));
  t.notMatch(JSON.stringify(preview), 'abcdefgh');
});

t.test('files have names that every system takes, and an experiment that is not there is said so', async (t) => {
  const events = traceOf({ experiment: '../../“x”/CON' });
  const { name, type } = await exporterOf([{ events }]).file({
    scope: { experiment: '../../“x”/CON' },
    format: 'otlp',
  });
  t.equal(name, 'experiment-x-CON.otlp.jsonl');
  t.equal(type, 'application/jsonl');
  await t.rejects(exporterOf([]).file({ scope: { experiment: 'none' }, format: 'csv' }), {
    code: 'run-unknown',
    message: /filed under/,
  });
  await t.rejects(exporterOf([]).file({ scope, format: 'csv' }), { code: 'run-unknown' });
});
