// Runs that explored, kept in memory as a miner finds them: each can be changed afterwards, as somebody would who wants to be learnt from.
import type { TraceSources } from '../../dse/mine/examine.ts';
import type { UnchangedInput } from '../../dse/mine/grounding.ts';
import { canonicalHash, canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { RlmTrace } from '../../protocol/rlm-trace.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { seededRandom } from './seeded-random.ts';
import { playStrategy, type StrategyScene } from './strategy-stage.ts';
import { runIdOf } from './traces.ts';
import { VirtualClock } from './virtual-clock.ts';

const BEGINS_MS = 1_700_000_000_000;

const NOISE = Array.from({ length: 60 }, (_, at) => `10:00:${at % 60} INFO worker ${at} checked ${at * 7}`);
export const FACT = 'ERROR the disk of host alpha9 is full';
export const LOG = `${[...NOISE.slice(0, 40), FACT, ...NOISE.slice(40)].join('\n')}\n`;
export const QUERY = 'Which host has a full disk?';

export interface ExploredRun {
  record: RunRecord;
  receipt: PredictReceipt;
  readonly blobs: Map<string, string>;
  /** By the names of the record's files; undefined where they are gone. */
  texts: Record<string, string> | undefined;
}

export class ExploredRuns implements TraceSources {
  readonly runs: ExploredRun[] = [];
  /** Whether their inputs were read on this machine. */
  isOurs = true;

  async explore(scene: Partial<StrategyScene> = {}): Promise<ExploredRun> {
    const number = this.runs.length + 1;
    const texts = (scene.texts ?? { 'app.log': LOG }) as Record<string, string>;
    const { journal, record, receipt } = await playStrategy({
      strategyId: 'rlm_lite.v1',
      query: QUERY,
      ...scene,
      texts,
      clock: new VirtualClock(BEGINS_MS + number * 60_000),
      request: { runId: runIdOf(number) },
      ports: { random: seededRandom(number), ...scene.ports },
    });
    const run = { record, receipt, blobs: journal.blobs, texts };
    this.runs.push(run);
    return run;
  }

  readonly receipts: TraceSources['receipts'] = {
    read: async (receiptId) => this.#of(receiptId).receipt,
    blob: async (receiptId, hash) => {
      const text = this.#of(receiptId).blobs.get(hash);
      return text === undefined ? undefined : Buffer.from(text);
    },
    list: async ({ signature, run, before, limit }) => {
      const all = this.runs
        .map(({ receipt }) => receipt)
        .filter(({ signatureId, runId }) => (run === undefined ? signatureId === signature : runId === run))
        .filter(({ receiptId }) => before === undefined || receiptId < before)
        .sort((one, other) => (one.receiptId < other.receiptId ? 1 : -1))
        .map(({ receiptId, runId, signatureId, strategyId, model, startedAtMs, latencyMs }) => ({
          ...{ receiptId, runId, signatureId, strategyId, model, latencyMs },
          endedAtMs: Math.round(startedAtMs + latencyMs),
          errorCode: null,
        }));
      const receipts = all.slice(0, limit);
      return { receipts, next_before: all.length > limit ? receipts.at(-1)!.receiptId : null };
    },
  };

  async record(runId: string): Promise<RunRecord | undefined> {
    return this.runs.find(({ record }) => record.id === runId)?.record;
  }

  async input({ id, inputs }: RunRecord): ReturnType<TraceSources['input']> {
    const texts = this.runs.find(({ record }) => record.id === id)?.texts;
    if (texts === undefined) return { isOurs: this.isOurs };
    const unchanged: UnchangedInput = {
      read: async (file, startByte, endByte) =>
        Buffer.from(texts[inputs[file]!.path] ?? '').subarray(startByte, endByte),
    };
    return { isOurs: this.isOurs, unchanged };
  }

  #of(receiptId: string): ExploredRun {
    const found = this.runs.find(({ receipt }) => receipt.receiptId === receiptId);
    if (found === undefined) throw new PylonError('receipt-unknown', { value: receiptId });
    return found;
  }
}

/** Puts another trace in the place of the run's, its hash and that of its output made to fit; all is consistent but what it says. */
export function retell(run: ExploredRun, change: (trace: RlmTrace) => unknown): void {
  const trace = JSON.parse(run.blobs.get(run.receipt.rlmTrace!.blobId)!) as RlmTrace;
  const changed = (change(trace) ?? trace) as RlmTrace;
  const output_hash = canonicalHash(changed.final.output);
  const text = canonicalJson({ ...changed, final: { ...changed.final, output_hash } });
  const blobId = sha256Hex(text);
  run.blobs.set(blobId, text);
  const { hashes, rlmTrace } = run.receipt;
  run.receipt = {
    ...run.receipt,
    hashes: { ...hashes, output: output_hash },
    rlmTrace: { ...rlmTrace!, blobId, bytes: Buffer.byteLength(text) },
  };
}
