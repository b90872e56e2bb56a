// A process that uses the ledger in the folder named on its command line until somebody kills it, eight clients at once. It
// says `opened` when it has recovered, what it is about to ask, and the seq and id of what is durable.
// Arguments: folder, seed, the first number of its names.
import { realClock } from '../../node/clock.ts';
import { LedgerRig } from './book/ledger-rig.ts';
import { Own, randomOperation } from './book/random-operation.ts';
import { seededRandom } from './seeded-random.ts';

const CLIENTS = 8;
const [folder = '', seed = '', first = ''] = process.argv.slice(2);
/** A pipe takes it at once: what was said is not lost with the process. */
const say = (line: string) => process.stdout.write(`${line}\n`);

const rig = await LedgerRig.open(folder, realClock());
const own = new Own('q', Number(first));
say('opened');

async function client(ownSeed: number): Promise<void> {
  const random = seededRandom(ownSeed);
  const dice = (sides: number) => Math.floor(random.fraction() * sides);
  while (rig.faults.length === 0) {
    const asked = randomOperation(rig.model, dice, own, []);
    say(`ask ${JSON.stringify(asked)}`);
    const { operation, stored } = rig.submit(asked);
    await stored;
    if (operation !== undefined) say(`ack ${operation.seq} ${asked.id}`);
  }
}

await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(Number(seed) + index)));
for (const fault of rig.faults) say(`fault ${fault}`);
