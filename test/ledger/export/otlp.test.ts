import fc from 'fast-check';
import t from 'tap';
import { otlp } from '../../../ledger/export/otlp.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { fold } from '../../../protocol/fold.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { only, textOf } from '../../support/exported.ts';
import { lawfulTrace } from '../../support/lawful-trace.ts';
import { understoodOf, withoutDefaults } from '../../support/otlp-schema.ts';
import { overlappingTrace } from '../../support/overlapping-trace.ts';

async function linesOf(events: readonly TraceEvent[]): Promise<string[]> {
  return (await textOf(otlp(only(events), '1.2.3'))).trimEnd().split('\n');
}

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
  readonly links?: { spanId: string }[];
  readonly events?: { name: string; attributes: unknown }[];
  readonly status: { code: number; message?: string };
}

function spansOf(lines: readonly string[]): Span[] {
  return lines.flatMap((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans as Span[]);
}

const operationOf = (span: Span) =>
  span.attributes.find(({ key }) => key === 'gen_ai.operation.name')?.value.stringValue as string;

t.test('any run is what the published schema says, to the last field', async () => {
  await fc.assert(
    fc.asyncProperty(lawfulTrace, async (events) => {
      for (const line of await linesOf(events)) {
        const [understood, given] = [understoodOf(line), JSON.parse(line)].map((value) =>
          canonicalJson(withoutDefaults(value)),
        );
        if (understood !== given) throw new RangeError(`${given}\nis understood as\n${understood}`);
      }
    }),
    { numRuns: 60 },
  );
});

t.test('the schema that it is held against refuses what is wrong', async (t) => {
  const [line = ''] = await linesOf(overlappingTrace(1, 3, 100));
  t.throws(() => understoodOf(line.replace(/"startTimeUnixNano":"(\d+)"/, '"startTimeUnixNano":$1')), /as a string/);
  t.throws(() => understoodOf(line.replace(/"traceId":"..../, '"traceId":"')), /hex digits/);
  const extra = line.replace('"name":"invoke', '"made_up":1,"name":"invoke');
  t.notSame(withoutDefaults(understoodOf(extra)), withoutDefaults(JSON.parse(extra)));
});

t.test('a run is a workflow with its predictions, sub-queries and choice of fragments below it', async (t) => {
  await fc.assert(
    fc.asyncProperty(lawfulTrace, async (events) => {
      const spans = spansOf(await linesOf(events));
      const [root] = spans;
      const state = fold(events);
      t.equal(operationOf(root!), 'invoke_workflow');
      t.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length, 'no id twice');
      t.ok(spans.slice(1).every(({ parentSpanId }) => parentSpanId === root!.spanId));
      t.equal(spans.filter((span) => operationOf(span) === 'chat').length, state.queries.size);
      const predictions = events.filter(({ type }) => type === 'Predict');
      t.equal(spans.filter((span) => operationOf(span) === 'invoke_agent').length, predictions.length);
      for (const { startTimeUnixNano, endTimeUnixNano } of spans)
        t.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano));
    }),
    { numRuns: 40 },
  );
});

t.test('the same run has the same ids each time, so a collector that is told twice sees it once', async (t) => {
  const events = overlappingTrace(2, 1_200, 5_000);
  const lines = await linesOf(events);
  t.equal(lines.length, 3);
  t.same(await linesOf(events), lines);
});

t.test('errors, tokens, verdicts and hedges have the names of the conventions', async (t) => {
  const events = overlappingTrace(3, 40, 100);
  const last = events.pop()!;
  const more = [
    { type: 'SubQueryHedge', query_id: '1.0', of: '0.0' },
    {
      type: 'VerifyRedundant',
      chunk: 1,
      agreement: 0.5,
      n: 1,
      m: 2,
      verdict: 'accepted',
      agreeing: ['1.0'],
      dissenting: ['2.0'],
    },
    { type: 'EnvSelectFragments', selected: 40, given: 40, bytes_given: 9, bytes_selected: 9, method: 'all' },
  ].map((fact, at) => ({ v: 1, run_id: last.run_id, seq: last.seq + at, timestamp_ms: last.timestamp_ms, ...fact }));
  const all = [...events, ...more, { ...last, seq: last.seq + more.length }] as TraceEvent[];
  const spans = spansOf(await linesOf(all));
  const named = (query: string) =>
    spans.find(({ attributes }) =>
      attributes.some(({ key, value }) => key === 'openagents.query_id' && value.stringValue === query),
    )!;
  t.match(named('1.0').links, [{ spanId: named('0.0').spanId }]);
  t.match(named('1.0').events, [{ name: 'gen_ai.evaluation.result' }]);
  t.match(JSON.stringify(named('2.0').events), '"dissenting"');
  t.ok(spans.some((span) => operationOf(span) === 'retrieval'));
  const state = fold(all);
  for (const query of state.queries.values()) {
    const span = named(query.id);
    const types = span.attributes.filter(({ key }) => key === 'error.type').map(({ value }) => value.stringValue);
    t.same(types, query.status === 'timeout' ? ['timeout'] : query.status === 'failed' ? ['job-failed'] : []);
    t.equal(span.status.code, types.length > 0 ? 2 : query.ended_ms === undefined ? 0 : 1);
  }
});
