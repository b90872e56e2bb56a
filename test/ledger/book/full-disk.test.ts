import { join } from 'node:path';
import t from 'tap';
import { FailingWrites } from '../../support/book/failing-writes.ts';
import { LedgerRig } from '../../support/book/ledger-rig.ts';
import type { Asked } from '../../support/book/operation.ts';
import { Own, randomOperation } from '../../support/book/random-operation.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { giveRoom, tinyDisk } from '../../support/tiny-disk.ts';

const CLIENTS = 8;
const FAILURES = 20;

/** Clients that use a ledger until a write fails. @returns what they asked and were told had failed */
async function untilItFails(rig: LedgerRig, own: Own, seed: number): Promise<Asked[]> {
  const failed: Asked[] = [];
  const client = async (index: number) => {
    const random = seededRandom(seed + index);
    const dice = (sides: number) => Math.floor(random.fraction() * sides);
    while (rig.book.fault === undefined && rig.faults.length === 0) {
      const asked = randomOperation(rig.model, dice, own, []);
      await rig.submit(asked).stored.catch(() => failed.push(asked));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
  return failed;
}

/** Asks each twice again: it is done once, whatever of it the disk has. */
async function askAgain(rig: LedgerRig, failed: readonly Asked[]): Promise<void> {
  for (const asked of failed)
    for (let time = 0; time < 2; time++) {
      const { operation, stored } = rig.retry(asked);
      await stored;
      if (time > 0 && operation?.entry !== undefined) rig.faults.push(`I6: ${asked.id} was done twice`);
    }
}

t.test('a full disk in the middle of money: the book can be read, and goes on when there is room', async (t) => {
  const disk = await tinyDisk(t, 'size=1m');
  if (disk === undefined) return t.pass('a small disk', { skip: 'this machine does not let the test mount one' });
  const rig = await LedgerRig.open(join(disk, 'store'));
  const failed = await untilItFails(rig, new Own('q'), 1);
  t.ok(failed.length > 0 && rig.book.latestSeq > 100, `${rig.book.latestSeq} entries fitted`);
  t.match(rig.book.fault, { code: 'store-failed', message: /the disk is full/ });
  t.doesNotThrow(() => rig.check(), 'it can be read, as far as it came');
  await t.rejects(rig.book.recover(), 'while the disk is full it stays as it is');
  t.match(rig.book.fault, { code: 'store-failed' });
  giveRoom(disk);
  await rig.recover();
  await askAgain(rig, failed);
  await rig.checkStored();
  await rig.reopen();
  t.same(rig.faults, []);
  await rig.close();
});

t.test(
  'a write that fails may be on disk or not: read again, the book balances, and an id has one effect',
  async (t) => {
    const writes = new FailingWrites();
    const rig = await LedgerRig.open(join(await temporaryFolder(t), 'store'), undefined, writes.into);
    const own = new Own('q');
    for (let round = 0; round < FAILURES; round++) {
      writes.armAfter(round % 7, round % 2 === 0 ? 'nothing' : 'all');
      const failed = await untilItFails(rig, own, 100 * round);
      await rig.recover();
      await askAgain(rig, failed);
      await rig.checkStored();
    }
    await rig.reopen(writes.into);
    t.same(rig.faults, []);
    t.equal(writes.failed, FAILURES);
    await rig.close();
  },
);
