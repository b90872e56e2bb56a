import fc from 'fast-check';
import t from 'tap';
import { redactor } from '../../../ledger/redact/redactor.ts';
import {
  LEAVING_RULES,
  parseRules,
  REDACTION_RULES,
  type RedactionRules,
  SHARE_RULES,
} from '../../../ledger/redact/rules.ts';
import { payloadsOf } from '../../../ledger/traces.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { fold, toRunRecord } from '../../../protocol/fold.ts';
import { runRecordSchema } from '../../../protocol/run.ts';
import { type TraceEvent, traceEventSchema } from '../../../protocol/trace.ts';
import { lawfulTrace } from '../../support/lawful-trace.ts';
import { leaks, plantedSecret, traceWith } from '../../support/planted-secrets.ts';
import { traceOf } from '../../support/traces.ts';

const KEY = new Uint8Array(32).fill(7);
const ruleSets: fc.Arbitrary<RedactionRules> = fc
  .subarray([...REDACTION_RULES])
  .map((rules) => parseRules(['secrets', ...rules].join(',')));

function of(events: readonly TraceEvent[], rules: RedactionRules) {
  const [first] = events;
  if (first?.type !== 'RunInit') throw new RangeError('a trace begins with RunInit');
  return redactor(rules, first, KEY);
}

/** The payload, by its hash. */
function beside(payload: string): ReadonlyMap<string, Uint8Array> {
  return new Map([[sha256Hex(payload), Buffer.from(payload)]]);
}

t.test('a secret planted in any field survives under no set of rules', (t) => {
  fc.assert(
    fc.property(plantedSecret, ruleSets, fc.string({ maxLength: 20 }), (planted, rules, around) => {
      const { events, payload } = traceWith(`${around} ${planted.text} ${around}`);
      const redact = of(events, rules);
      const left = events.map((event) => redact.event(event, beside(payload)));
      const texts = [...left.map((event) => JSON.stringify(event)), String(redact.payload(Buffer.from(payload)) ?? '')];
      const leaked = texts.filter((text) => leaks(planted, text) || leaks(planted, text.replaceAll('\\"', '"')));
      if (leaked.length > 0) throw new RangeError(`${planted.kind}: ${planted.text} → ${leaked[0]}`);
      for (const event of left) traceEventSchema.parse(event);
    }),
    { numRuns: 400 },
  );
  t.end();
});

t.test('what is left of a run still is a run, with the same counts, times and money', (t) => {
  fc.assert(
    fc.property(lawfulTrace, ruleSets, (events, rules) => {
      const redact = of(events, rules);
      const left = events.map((event) => redact.event(event));
      const [before, after] = [toRunRecord(fold(events)), toRunRecord(fold(left))];
      runRecordSchema.parse(after);
      return canonicalJson(after.metrics) === canonicalJson(before.metrics) && after.status === before.status;
    }),
  );
  t.end();
});

t.test('an event becomes the same whatever was redacted before it', (t) => {
  fc.assert(
    fc.property(lawfulTrace, ruleSets, fc.nat(), (events, rules, start) => {
      const [whole, resumed] = [of(events, rules), of(events, rules)];
      const from = start % events.length;
      const all = events.map((event) => whole.event(event));
      const rest = events.slice(from).map((event) => resumed.event(event));
      return canonicalJson(all.slice(from)) === canonicalJson(rest);
    }),
  );
  t.end();
});

t.test('without rules nothing changes, and nothing is reported', (t) => {
  const { events, payload } = traceWith('nsec1qqqqqqqqqqqqqqqqqqqqq');
  const redact = of(events, parseRules('none'));
  t.same(
    events.map((event) => redact.event(event)),
    events,
  );
  t.same(redact.payload(Buffer.from(payload)), Buffer.from(payload));
  t.same(redact.report(), []);
  t.end();
});

t.test('no hash of removed text leaves, so that nobody can guess a short one and check', (t) => {
  const { events, payload } = traceWith('yes');
  const hashes = new Set([sha256Hex(payload)]);
  for (const event of events) for (const [hash] of JSON.stringify(event).matchAll(/[0-9a-f]{64}/g)) hashes.add(hash);
  for (const rules of [SHARE_RULES, LEAVING_RULES]) {
    const redact = of(events, rules);
    const text = events.map((event) => JSON.stringify(redact.event(event, beside(payload)))).join('\n');
    t.same(
      [...hashes].filter((hash) => text.includes(hash)),
      [],
    );
  }
  t.end();
});

t.test('a payload that stays is named by the hash of what is left of it', (t) => {
  const { events, payload } = traceWith('password: hunter2hunter2');
  const redact = of(events, parseRules('paths'));
  const left = redact.payload(Buffer.from(payload));
  t.equal(String(left), payload.replaceAll('hunter2hunter2', '[secret]'));
  const returned = events.find(({ type }) => type === 'SubQueryReturn')!;
  t.match(redact.event(returned, beside(payload)), { output_hash: sha256Hex(left!) });
  t.notOk('output_hash' in redact.event(returned), 'unless it does not come along');
  t.end();
});

t.test('a receipt and its exploration leave whole or not at all', (t) => {
  const [clean, secret] = ['{"receiptId":"R"}', '{"note":"password: hunter2hunter2"}'];
  const told = (receipt: string, exploration: string): TraceEvent => ({
    ...traceOf({ queries: 1 })[0]!,
    ...{ type: 'Predict' as const, signature: 's', strategy: 'direct.v1', model: 'm', latency_ms: 1, repairs: 0 },
    usage: { calls: 0, input_tokens: 0, output_tokens: 0 },
    receipt_id: 'R',
    receipt_hash: sha256Hex(receipt),
    trace_hash: sha256Hex(exploration),
    trace_parts: [sha256Hex(exploration)],
  });
  const kept = new Map([clean, secret].map((text) => [sha256Hex(text), Buffer.from(text)]));
  const namedBy = (event: TraceEvent) => payloadsOf(event).length;
  const { events } = traceWith('plain');
  const redact = of(events, parseRules('secrets'));
  t.equal(namedBy(redact.event(told(clean, clean), kept)), 3);
  t.equal(namedBy(redact.event(told(clean, secret), kept)), 1, 'an exploration with a secret in it stays here');
  t.equal(namedBy(redact.event(told(secret, clean), kept)), 0, 'and so does what a receipt names that stays here');
  t.equal(namedBy(redact.event(told(clean, clean))), 0, 'unless it does not come along');
  for (const rule of ['input', 'query', 'answer', 'prompts', 'paths', 'keys'])
    t.equal(namedBy(of(events, parseRules(rule)).event(told(clean, clean), kept)), 0, rule);
  t.end();
});

t.test('files and nodes keep apart under names of their own', (t) => {
  const { events } = traceWith('plain');
  const redact = of(events, SHARE_RULES);
  const left = events.map((event) => redact.event(event));
  t.match(left[0], { inputs: [{ path: 'file-1', bytes: 16_000 }] });
  t.match(left[1], { span: { path: 'file-1', start_line: 1 } });
  t.match(left[3], { provider: /^anon-[0-9a-f]{16}$/ });
  t.equal((left[3] as { provider: string }).provider, (left[9] as { provider: string }).provider);
  const elsewhere = redactor(SHARE_RULES, { inputs: [] }, new Uint8Array(32));
  t.not((elsewhere.event(events[3]!) as { provider: string }).provider, (left[3] as { provider: string }).provider);
  t.equal(redact.words('see logs/plain.log:3-4, and plain.log.'), 'see file-1:3-4, and file-1.');
  t.equal(redact.words('cat /home/ann/notes and https://example.com/a/b'), 'cat [path] and https://example.com/a/b');
  t.end();
});

t.test('the report counts what goes, and tells none of it', (t) => {
  const { events } = traceWith('sk-abcdefghijklmnop1234');
  const redact = of(events, SHARE_RULES);
  for (const event of events) redact.event(event);
  const report = redact.report();
  t.match(
    report.find(({ rule, what }) => rule === 'secrets' && what === 'api key'),
    { count: Number },
  );
  t.match(
    report.find(({ what }) => what === 'SubQueryReturn.preview'),
    { rule: 'input', count: 1, chars: 23 },
  );
  t.notMatch(JSON.stringify(report), 'abcdefgh');
  t.end();
});

t.test('plain words, numbers, hashes and paths are no secrets', (t) => {
  const redact = redactor(parseRules('secrets'), { inputs: [] }, KEY);
  for (const text of [
    'The build failed because the linker could not find libfoo; see author: Ann, tokens: 1204.',
    `sha256 ${'ab'.repeat(32)}`,
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301-3f2504e0',
    'The quick brown fox jumps over the lazy dog while the small children play with some old toys near the house.',
    'src/components/navigation/sidebar/very/long/path/name.tsx:12',
    'git commit 2474d4112474d4112474d4112474d4112474d411',
  ])
    t.equal(redact.words(text), text);
  t.end();
});

t.test('rules are named, and what is not one is refused with the list', (t) => {
  t.same([...parseRules('paths')], ['secrets', 'paths']);
  t.equal(parseRules('share'), SHARE_RULES);
  t.throws(() => parseRules('paths,everything'), { code: 'option-invalid', message: /some of secrets, input/ });
  t.throws(() => parseRules('constructor'), { code: 'option-invalid' });
  t.end();
});
