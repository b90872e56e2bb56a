// An engine on a home of its own, with its ledger at hand: artifacts come into force there without a gate.
import { realClock } from '../../node/clock.ts';
import { openEngine } from '../../node/engine/engine.ts';
import { type LedgerParts, openLedger } from '../../node/engine/ledger-parts.ts';
import type { EngineOptions, ServedEngine } from '../../node/engine/port.ts';
import { realRandom } from '../../node/random.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import { newKeys } from './swarm.ts';
import { type TemporaryTest, temporaryFolder } from './temporary-folder.ts';

export interface ArtifactHome {
  readonly home: string;
  readonly engine: ServedEngine;
  readonly ledger: LedgerParts;
  readonly notices: string[];
  promote(artifact: CompiledArtifact): Promise<void>;
  /** One prediction by the embedded engine. @returns the receipt of its run */
  predict(signature: string, input: unknown): Promise<PredictReceipt>;
}

/** @param home of an earlier one; a new one when absent */
export async function openArtifactHome(t: TemporaryTest, given?: string): Promise<ArtifactHome> {
  const home = given ?? (await temporaryFolder(t));
  const notices: string[] = [];
  const options: EngineOptions = {
    home,
    store: 'disk',
    identity: async () => newKeys(),
    clock: realClock(),
    random: realRandom(),
    environment: {},
    notice: (line) => notices.push(line),
  };
  const ledger = await openLedger(options);
  const engine = await openEngine(options, ledger);
  t.teardown(() => engine.close());
  const { artifacts } = ledger;
  if (artifacts === undefined) throw new Error('this ledger keeps no artifacts');
  return {
    home,
    engine,
    ledger,
    notices,
    async promote(artifact) {
      const { compiled_id, signatureId } = artifact;
      await engine.artifacts.keep(artifact);
      const expected = artifacts.pointers.current(signatureId);
      const move = {
        signatureId,
        compiled_id,
        expected,
        promotionId: 'P',
        reason: 'better',
        atMs: options.clock.now(),
      };
      await artifacts.pointers.promote(move, []);
    },
    async predict(signature, input) {
      const { finished } = await engine.predictions.start(
        { signature, input, backend: 'extractive' },
        new AbortController().signal,
      );
      return topReceiptOf(engine, (await finished).id);
    },
  };
}

/** The receipt of the run itself. */
export async function topReceiptOf(engine: ServedEngine, run: string): Promise<PredictReceipt> {
  const [latest] = (await engine.predictions.list({ run, limit: 1 })).receipts;
  const read = await engine.predictions.read(latest?.receiptId ?? '');
  return read.threadId === read.receiptId ? read : engine.predictions.read(read.threadId);
}
