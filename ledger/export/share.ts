// Share: one HTML file that shows a run or an experiment to somebody who has no Pylon. It loads nothing, runs nothing, and
// says what was taken out of it.

import { percentile } from '../../protocol/percentile.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { QueryState } from '../../protocol/run-state.ts';
import { printSpan } from '../../protocol/span.ts';
import type { RedactionRules } from '../redact/rules.ts';
import { factsOf, type RunFacts } from './facts.ts';
import { type Html, html, NOTHING, pageHead, text } from './html.ts';
import { SHARE_STYLE } from './share-style.ts';
import { printMs, STATUS_WORDS, timeline } from './share-timeline.ts';
import type { ExportedRun } from './source.ts';

/** Runs of an experiment that are shown one by one; the table has more. */
const RUNS_SHOWN_MAX = 20;
const RUNS_LISTED_MAX = 1_000;
/** Rows of the table of queries: more is not read in a page, and CSV has them all. */
const QUERIES_LISTED_MAX = 1_000;

export interface ShareOptions {
  /** Of the experiment; absent for a run. */
  readonly experiment?: string;
  readonly rules: RedactionRules;
  /** Of this Pylon. */
  readonly version: string;
}

const sats = (msat: number) => `${Number((msat / 1_000).toFixed(3))} sats`;
const share = (part: number) => `${Number((part * 100).toFixed(1))} %`;

/** `[n]` leads to the n-th citation. */
function answer(record: RunRecord, anchor: string): Html {
  if (record.output === null) {
    const why = record.error === null ? 'The run has no answer yet.' : `${record.error.code}: ${record.error.message}`;
    return html`<p class="answer">${why}</p>`;
  }
  const parts = record.output.split(/\[(\d{1,2})\]/);
  const linked = parts.map((part, at) => {
    if (at % 2 === 0) return text(part);
    const known = Number(part) >= 1 && Number(part) <= record.span_refs.length;
    return known ? html`<a href="#${anchor}-${part}">[${part}]</a>` : text(`[${part}]`);
  });
  const items = record.span_refs.map(
    (span, at) => html`<li id="${anchor}-${at + 1}">[${at + 1}] ${printSpan(span)}</li>
`,
  );
  const citations = items.length === 0 ? NOTHING : html`<ol class="citations">${items}</ol>`;
  return html`<p class="answer">${linked}</p>
${citations}`;
}

function table(caption: string, rows: readonly (readonly [name: string, value: string | number])[]): Html {
  const lines = rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
  );
  return html`<div class="scroll"><table><caption>${caption}</caption><tbody>
${lines}</tbody></table></div>
`;
}

function facts({ metrics, config, status }: RunRecord): Html {
  return html`${table('What came of it', [
    ['status', status],
    ['coverage of the input', share(metrics.coverage)],
    ['time', printMs(metrics.elapsed_ms)],
    ['cost', sats(metrics.cost_msat)],
    ['sub-queries', metrics.sub_queries],
    ['latency p50, p99', `${printMs(metrics.query_p50_ms)}, ${printMs(metrics.query_p99_ms)}`],
    ['retries, hedges, timeouts', `${metrics.retries}, ${metrics.hedges}, ${metrics.timeouts}`],
    ['tokens in, out', `${metrics.input_tokens}, ${metrics.output_tokens}`],
    ['quotes dropped as not in the input', metrics.quotes_dropped],
  ])}${table('How it was asked', [
    ['method', config.method],
    ['model', config.model],
    ['fan-out', config.fanout],
    ['chunk size', `${config.chunk_size} bytes`],
    ['quorum', config.quorum],
    ['verification', config.verification],
    ['budget', `${config.budget_sats} sats`],
  ])}`;
}

function providers({ state }: RunFacts): Html {
  const groups = new Map<string, QueryState[]>();
  for (const query of state.queries.values()) {
    const known = groups.get(query.provider);
    if (known === undefined) groups.set(query.provider, [query]);
    else known.push(query);
  }
  const rows = [...groups].map(([provider, queries]) => {
    const answered = queries.filter(({ status }) => status === 'answered');
    const latencies = answered.map(({ latency_ms }) => latency_ms ?? 0).sort((left, right) => left - right);
    const name = queries[0]?.name;
    const cost = queries.reduce((sum, { settled_msat }) => sum + settled_msat, 0);
    return html`<tr><td>${name === undefined ? '' : `${name} `}${provider.slice(0, 24)}</td><td class="n">${queries.length}</td><td class="n">${answered.length}</td><td class="n">${printMs(percentile(latencies, 0.5))}</td><td class="n">${sats(cost)}</td></tr>
`;
  });
  if (rows.length === 0) return NOTHING;
  return html`<div class="scroll"><table><caption>Who answered</caption><thead><tr><th>provider</th><th class="n">asked</th><th class="n">answered</th><th class="n">p50</th><th class="n">cost</th></tr></thead><tbody>
${rows}</tbody></table></div>
`;
}

function queries({ state }: RunFacts): Html {
  const rows: Html[] = [];
  for (const query of state.queries.values()) {
    if (rows.length >= QUERIES_LISTED_MAX) break;
    const span = state.chunks[query.chunk]?.span;
    const ended = query.ended_ms === undefined ? '' : printMs(query.ended_ms - query.submitted_ms);
    rows.push(html`<tr><td class="n">${query.chunk}</td><td>${span === undefined ? '' : printSpan(span)}</td><td>${(query.name ?? query.provider).slice(0, 24)}</td><td>${STATUS_WORDS[query.status]}${query.reason === undefined ? '' : `, ${query.reason}`}</td><td class="n">${ended}</td><td class="n">${query.findings}</td></tr>
`);
  }
  if (rows.length === 0) return NOTHING;
  const left = state.queries.size - rows.length;
  const rest = left === 0 ? NOTHING : html`<p class="soft">${left} more are not listed here.</p>`;
  return html`<details><summary>All sub-queries as a table</summary><div class="scroll"><table><thead><tr><th class="n">chunk</th><th>lines</th><th>provider</th><th>end</th><th class="n">time</th><th class="n">findings</th></tr></thead><tbody>
${rows}</tbody></table></div>${rest}</details>
`;
}

async function section(run: ExportedRun, number: number): Promise<string> {
  const gathered = await factsOf(run);
  const { record } = run;
  const heading = html`<h1>${record.query}</h1>
<p class="soft">Run ${record.id}, ${record.created_at}, ${record.inputs.length} file(s), ${record.metrics.bytes_given} bytes</p>
`;
  return html`<section>
${heading}${
  typeof record.note === 'string'
    ? html`<p>${record.note}</p>
`
    : NOTHING
}<h2>Answer</h2>
${answer(record, `run-${number}`)}
<h2>Timeline</h2>
${timeline(gathered)}<h2>Figures</h2>
${facts(record)}${providers(gathered)}${queries(gathered)}</section>
`.markup;
}

function runRow(record: RunRecord): Html {
  const { metrics, config } = record;
  return html`<tr><td>${record.id}</td><td>${config.method}</td><td>${config.model}</td><td>${record.status}</td><td class="n">${share(metrics.coverage)}</td><td class="n">${printMs(metrics.elapsed_ms)}</td><td class="n">${sats(metrics.cost_msat)}</td><td class="n">${record.tokens_used}</td></tr>
`;
}

function runsTable(records: readonly RunRecord[], more: number): Html {
  const rest = more === 0 ? NOTHING : html`<p class="soft">${more} more runs are not listed here.</p>`;
  return html`<div class="scroll"><table><caption>Runs</caption><thead><tr><th>run</th><th>method</th><th>model</th><th>status</th><th class="n">coverage</th><th class="n">time</th><th class="n">cost</th><th class="n">tokens</th></tr></thead><tbody>
${records.map(runRow)}</tbody></table></div>${rest}
`;
}

function footer({ rules, version }: ShareOptions): string {
  const removed =
    rules.size === 0 ? 'Nothing was removed from it.' : `Removed before it was written: ${[...rules].join(', ')}.`;
  return html`<footer><p>Made by Pylon ${version}. ${removed}</p></footer>
</body>
</html>
`.markup;
}

/** The page, piece by piece. @throws PylonError `store-corrupt` */
export async function* sharePage(runs: AsyncIterable<ExportedRun>, options: ShareOptions): AsyncGenerator<string> {
  const { experiment } = options;
  const listed: RunRecord[] = [];
  const sections: string[] = [];
  let more = 0;
  for await (const run of runs) {
    if (sections.length < RUNS_SHOWN_MAX) sections.push(await section(run, sections.length + 1));
    if (listed.length < RUNS_LISTED_MAX) listed.push(run.record);
    else more++;
  }
  yield pageHead(experiment ?? listed[0]?.query.slice(0, 120) ?? 'Pylon', SHARE_STYLE);
  if (experiment !== undefined) {
    yield html`<h1>Experiment ${experiment}</h1>
${runsTable(listed, more)}`.markup;
  }
  yield '<main>\n';
  yield* sections;
  yield '</main>\n';
  yield footer(options);
}
