// Clients use a ledger, with much beside it that needs no sync; now and then the power is cut in a copy, and the copy is
// opened as the next process would: what was acknowledged by then must be there.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../seeded-random.ts';
import { FAULTS_MAX, LedgerRig } from './ledger-rig.ts';
import { PowerCut } from './power-cut.ts';
import { Own, randomOperation } from './random-operation.ts';

const CLIENTS = 8;

export interface PowerOptions {
  readonly home: string;
  readonly seed: number;
  readonly cuts: number;
  /** Operations asked between two cuts, about. */
  readonly operationsBetween: number;
}

export interface PowerOutcome {
  readonly cuts: number;
  readonly acknowledged: number;
  readonly bytesAtRisk: number;
  readonly olderLogs: number;
  readonly faults: readonly string[];
}

export async function powerCuts({ home, seed, cuts, operationsBetween }: PowerOptions): Promise<PowerOutcome> {
  const power = new PowerCut();
  const rig = await LedgerRig.open(join(home, 'live'), undefined, power.into);
  const own = new Own('q');
  const random = seededRandom(seed);
  const dice = (sides: number) => Math.floor(random.fraction() * sides);
  const acknowledged = new Map<string, number>();
  const faults: string[] = [];
  let [asked, begun, done] = [0, 0, 0];

  const idle = async () => {
    const [runId] = rig.model.spending.runs.keys();
    if (runId !== undefined) await rig.idle(runId);
  };

  const cut = async () => {
    const number = begun++;
    const folder = join(home, `cut-${number}`);
    await Promise.all([...Array.from({ length: 3 }, idle), dice(3) === 0 ? power.newLog() : undefined]);
    let promised: ReadonlyMap<string, number> = new Map();
    await power.copyTo(folder, dice, () => {
      promised = new Map(acknowledged);
    });
    const left = await LedgerRig.open(folder);
    for (const [id, seq] of promised)
      if (left.model.done.get(id)?.seq !== seq) left.faults.push(`I7: ${id} was acknowledged as entry ${seq}`);
    await left.checkStored();
    await left.close();
    for (const fault of left.faults) faults.push(`after cut ${number}: ${fault}`);
    rmSync(folder, { recursive: true });
    done++;
  };

  const client = async () => {
    while (done < cuts && faults.length + rig.faults.length < FAULTS_MAX) {
      if (asked++ % operationsBetween === operationsBetween - 1) await cut();
      const idles = Array.from({ length: dice(3) }, idle);
      const operation = randomOperation(rig.model, dice, own, []);
      const outcome = rig.submit(operation);
      await outcome.stored;
      if (outcome.operation !== undefined) acknowledged.set(operation.id, outcome.operation.seq);
      if (dice(2) === 0) await Promise.all(idles);
    }
  };

  await Promise.all(Array.from({ length: CLIENTS }, client));
  await rig.close();
  const { bytesAtRisk, olderLogs } = power;
  return { cuts: done, acknowledged: acknowledged.size, bytesAtRisk, olderLogs, faults: [...faults, ...rig.faults] };
}
