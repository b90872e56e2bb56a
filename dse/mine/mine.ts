// Mining: looks at the explorations of a signature, oldest first, and keeps as examples what may be learnt from. What is an example already
// stays as people left it, so that mining twice is mining once.

import type { DseExample } from '../../protocol/dse/example.ts';
import type { ExportedTrace, Mined, MineReport, MineRequest, TraceExport } from '../../protocol/dse/mining.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { ReceiptSummary } from '../../protocol/receipt-list.ts';
import { RECEIPTS_PAGE_MAX } from '../../protocol/receipt-list.ts';
import { checkExample, knownSignature } from '../examples/check.ts';
import type { Examples } from '../examples/desk.ts';
import { candidateOf, exampleIdOf } from './candidate.ts';
import { examine, type TraceSources } from './examine.ts';

type Wish = Pick<MineRequest, 'split' | 'tags' | 'unverified'>;

/** The strategy that leaves a trace. */
const EXPLORED_BY = 'rlm_lite.v1';

const refusedAs = (receiptId: string, refusal: Mined['refusal'], reason: string): Mined => ({
  receiptId,
  outcome: 'refused',
  exampleId: null,
  refusal,
  reason,
});

/** Receipts of explorations, oldest first: the newest `limit` of them. @throws PylonError `store-*` */
export async function explorationsOf(
  { receipts }: Pick<TraceSources, 'receipts'>,
  { signature, run, sinceMs = 0, limit }: Pick<MineRequest, 'signature' | 'run' | 'sinceMs' | 'limit'>,
): Promise<ReceiptSummary[]> {
  const found: ReceiptSummary[] = [];
  const scope = run === undefined ? { signature } : { run };
  for (let before: string | null | undefined; before !== null && found.length < limit; ) {
    const page = await receipts.list({
      ...scope,
      limit: RECEIPTS_PAGE_MAX,
      ...(before === undefined ? {} : { before }),
    });
    found.push(
      ...page.receipts.filter(
        ({ signatureId, strategyId, endedAtMs }) =>
          signatureId === signature && strategyId === EXPLORED_BY && endedAtMs >= sinceMs,
      ),
    );
    before = page.next_before;
  }
  return found.slice(0, limit).reverse();
}

export class Miner {
  readonly #sources: TraceSources;
  readonly #examples: Examples;

  constructor(sources: TraceSources, examples: Examples) {
    this.#sources = sources;
    this.#examples = examples;
  }

  /** @throws PylonError `receipt-unknown` | `trace-not-mined` with the reason | `store-*` */
  async exportTrace({ receiptId, dryRun, ...wish }: TraceExport): Promise<ExportedTrace> {
    const receipt = await this.#sources.receipts.read(receiptId);
    const known = await this.#known(receipt);
    const { mined, example = known } = known === undefined ? await this.#look(receipt, wish) : asKnown(known);
    if (example === undefined)
      throw new PylonError('trace-not-mined', {
        value: receipt.receiptId,
        reason: `${mined.refusal}: ${mined.reason}`,
      });
    if (dryRun || known !== undefined) return { ...mined, example };
    await this.#examples.addNew([example]);
    return { ...mined, example: await this.#examples.get(example.signatureId, example.exampleId) };
  }

  /** All that it finds is written in one batch. @throws PylonError `signature-unknown` | `store-*` */
  async mine({ dryRun, ...request }: MineRequest): Promise<MineReport> {
    const { signatureId } = knownSignature(request.signature);
    const found: Mined[] = [];
    const examples: DseExample[] = [];
    for (const { receiptId } of await explorationsOf(this.#sources, request)) {
      const { mined, example } = await this.#one(receiptId, request);
      found.push(mined);
      if (example !== undefined) examples.push(example);
    }
    const kept = dryRun ? { moved: [] } : await this.#examples.addNew(examples);
    const of = (outcome: Mined['outcome']) => found.filter((one) => one.outcome === outcome).length;
    return {
      signatureId,
      dryRun,
      looked: found.length,
      mined: of('mined'),
      pending: of('pending'),
      known: of('known'),
      refused: of('refused'),
      moved: kept.moved,
      receipts: found,
    };
  }

  async #one(receiptId: string, wish: Wish): Promise<{ mined: Mined; example?: DseExample }> {
    let receipt: PredictReceipt;
    try {
      receipt = await this.#sources.receipts.read(receiptId);
    } catch (thrown) {
      // Its run was deleted meanwhile, or never kept its payloads.
      if (!(thrown instanceof PylonError) || thrown.code !== 'receipt-unknown') throw thrown;
      return { mined: refusedAs(receiptId, 'no_trace', thrown.reason) };
    }
    const known = await this.#known(receipt);
    return known === undefined ? this.#look(receipt, wish) : { mined: asKnown(known).mined };
  }

  async #known({ signatureId, receiptId }: PredictReceipt): Promise<DseExample | undefined> {
    const exampleId = exampleIdOf(receiptId);
    try {
      return await this.#examples.get(signatureId, exampleId);
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'example-unknown') return undefined;
      throw thrown;
    }
  }

  async #look(
    receipt: PredictReceipt,
    { split, tags, unverified }: Wish,
  ): Promise<{ mined: Mined; example?: DseExample }> {
    const { receiptId } = receipt;
    const { retraced, input, doubt } = await examine(this.#sources, receipt);
    const isTaken = doubt === undefined || (unverified && doubt.isSoft);
    if (retraced === undefined || !isTaken)
      return { mined: refusedAs(receiptId, doubt?.refusal ?? 'no_trace', doubt?.reason ?? 'nothing was explored') };
    const review = doubt === undefined ? 'approved' : 'pending';
    const reason = doubt === undefined ? '' : `${doubt.refusal}: ${doubt.reason}`;
    const example = await candidateOf({ receipt, retraced, input, split, tags, review, doubt: reason });
    try {
      checkExample(example);
    } catch (thrown) {
      if (!(thrown instanceof PylonError) || thrown.code !== 'example-invalid') throw thrown;
      return { mined: refusedAs(receiptId, 'unverified', `it makes no example: ${thrown.reason}`) };
    }
    const outcome = doubt === undefined ? 'mined' : 'pending';
    return {
      mined: { receiptId, outcome, exampleId: example.exampleId, refusal: doubt?.refusal ?? null, reason },
      example,
    };
  }
}

function asKnown(example: DseExample): { mined: Mined; example?: DseExample } {
  const { exampleId } = example;
  const receiptId = exampleId.slice(exampleIdOf('').length);
  return { mined: { receiptId, outcome: 'known', exampleId, refusal: null, reason: 'it is an example already' } };
}
