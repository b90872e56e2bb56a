// The pages of the public view: a list of what was chosen, and each of it as the page that `pylon rlm export --format html` makes, with
// the rules of the configuration. A page is kept for some seconds, so that many who look cost as much as one.
import type { Clock } from '../../conductor/ports.ts';
import { type Html, html, NOTHING, pageHead } from '../../ledger/export/html.ts';
import { SHARE_STYLE } from '../../ledger/export/share-style.ts';
import { printRules } from '../../ledger/redact/rules.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { ServedEngine } from '../engine/port.ts';
import { type HudChoice, showsNothing } from './settings.ts';

/** A run that goes on is seen this late. */
const KEPT_MS = 10_000;
/** Larger than any page of the longest runs; more is a mistake, and nobody's browser would show it. */
const PAGE_CHARS_MAX = 67_108_864;
const QUERY_CHARS = 160;

export interface HudPageOptions {
  readonly engine: Pick<ServedEngine, 'runs'>;
  readonly clock: Clock;
  readonly choice: () => Promise<HudChoice>;
}

export interface HudPage {
  readonly markup: string;
  readonly choice: HudChoice;
}

interface Kept {
  readonly atMs: number;
  readonly page: Promise<string>;
}

function notShown(): PylonError {
  return new PylonError('run-unknown', { reason: 'this is not shown here' });
}

export class HudPages {
  readonly #options: HudPageOptions;
  /** By rules and address; no more than are chosen. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: HudPageOptions) {
    this.#options = options;
  }

  /** What is shown. @throws PylonError `run-unknown` when nothing is, `config-*` */
  async list(): Promise<HudPage> {
    const choice = await this.#options.choice();
    if (showsNothing(choice)) throw notShown();
    return { choice, markup: await this.#keep('list', choice, () => this.#made(choice)) };
  }

  /** @param id as it stands in the configuration. @throws PylonError `run-unknown` where it was not chosen or is not there, `config-*` */
  async run(id: string): Promise<HudPage> {
    const choice = await this.#options.choice();
    if (!choice.runs.includes(id)) throw notShown();
    return { choice, markup: await this.#keep(`run ${id}`, choice, () => this.#shared(choice, { run: id })) };
  }

  /** @throws PylonError as `run` does */
  async experiment(name: string): Promise<HudPage> {
    const choice = await this.#options.choice();
    if (!choice.experiments.includes(name)) throw notShown();
    const make = () => this.#shared(choice, { experiment: name });
    return { choice, markup: await this.#keep(`experiment ${name}`, choice, make) };
  }

  #keep(name: string, { rules }: HudChoice, make: () => Promise<string>): Promise<string> {
    const key = `${printRules(rules)} ${name}`;
    const nowMs = this.#options.clock.now();
    for (const [other, { atMs }] of this.#kept) if (nowMs - atMs >= KEPT_MS) this.#kept.delete(other);
    const known = this.#kept.get(key);
    if (known !== undefined) return known.page;
    const page = make();
    this.#kept.set(key, { atMs: nowMs, page });
    page.catch(() => this.#kept.delete(key));
    return page;
  }

  async #shared({ rules }: HudChoice, scope: { run: string } | { experiment: string }): Promise<string> {
    const { pieces } = await this.#options.engine.runs.file({ scope, format: 'html', rules });
    let markup = '';
    for await (const piece of pieces) {
      markup += piece;
      if (markup.length > PAGE_CHARS_MAX)
        throw new PylonError('request-invalid', { reason: 'the page is too large to be shown' });
    }
    return markup;
  }

  async #made(choice: HudChoice): Promise<string> {
    const runs: Html[] = [];
    for (const id of choice.runs) {
      const record = await this.#options.engine.runs.get(id);
      if (record !== undefined) runs.push(runRow(record, await this.#question(choice, id)));
    }
    const experiments = choice.experiments.map(
      (name) => html`<li><a href="/experiments/${encodeURIComponent(name)}">${name}</a></li>
`,
    );
    const body = html`<main><h1>Runs that are shown here</h1>
${section('Runs', runs)}${section('Experiments', experiments)}</main>
<footer><p>Read only. Removed before it is shown: ${[...choice.rules].join(', ')}.</p></footer>
</body>
</html>
`;
    return pageHead('Pylon', SHARE_STYLE) + body.markup;
  }

  /** The question as a shared file has it: with the rules. */
  async #question({ rules }: HudChoice, run: string): Promise<string> {
    try {
      const { pieces } = await this.#options.engine.runs.file({ scope: { run }, format: 'jsonl', rules });
      for await (const piece of pieces) return questionIn(piece); // the rest is not made
    } catch (thrown) {
      if (toPylonError(thrown).code !== 'run-unknown') throw thrown; // else deleted meanwhile
    }
    return run;
  }
}

/** The first event of a run opens it, and the first piece of a file has it. */
function questionIn(piece: string): string {
  for (const line of piece.split('\n')) {
    const { type, query } = JSON.parse(line || '{}') as { type?: string; query?: string };
    if (type === 'RunInit' && query !== undefined && query !== '') return query.slice(0, QUERY_CHARS);
    if (type !== undefined) break;
  }
  return 'A run';
}

function runRow({ id, status, created_at }: RunRecord, question: string): Html {
  return html`<li><a href="/runs/${id}">${question}</a> <span class="soft">${status}, ${created_at}</span></li>
`;
}

function section(title: string, items: readonly Html[]): Html {
  if (items.length === 0) return NOTHING;
  return html`<h2>${title}</h2>
<ul>
${items}</ul>
`;
}
