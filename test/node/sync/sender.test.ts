import fc from 'fast-check';
import t from 'tap';
import { LEAVING_RULES, NO_REDACTION, parseRules, type RedactionRules } from '../../../ledger/redact/rules.ts';
import { Sender } from '../../../node/sync/sender.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { fold, toRunRecord } from '../../../protocol/fold.ts';
import { CHAIN_BEGIN, type SyncStanding } from '../../../protocol/sync.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { leaks, type Planted, plantedSecret, traceWith } from '../../support/planted-secrets.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { commitRun, fileOf, openReceiver, type Receiver, SENDER, STRANGER, syncRun } from '../../support/sync-stage.ts';
import { collect, openTestLedger, type TestLedger } from '../../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../../support/traces.ts';

const CUTS = 50;
const LARGE = runIdOf(900);
const LARGE_QUERIES = 800;

function planted(seed: number): Planted[] {
  return fc.sample(plantedSecret, { numRuns: 8, seed });
}

async function fill(ledger: TestLedger, secrets: readonly Planted[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, { text }] of secrets.entries()) {
    const run_id = runIdOf(index + 1);
    const { events, payload } = traceWith(text);
    const renamed = events.map((event) => ({ ...event, run_id }) as TraceEvent);
    const [annotation] = renamed.slice(-1);
    await commitRun(ledger, renamed.slice(0, -1), [payload]);
    await ledger.taker.take([annotation!]);
    ids.push(run_id);
  }
  const payloads = Array.from({ length: LARGE_QUERIES }, (_, chunk) => outputOf(chunk));
  await commitRun(ledger, traceOf({ runId: LARGE, queries: LARGE_QUERIES, experiment: 'grid' }), payloads);
  return [...ids, LARGE];
}

/** As often as a person would say it again. */
async function syncAll(from: TestLedger, to: Receiver, ids: readonly string[], rules: RedactionRules): Promise<number> {
  let again = 0;
  for (const id of ids)
    for (let done = false; !done; ) {
      try {
        await syncRun(from, to, id, rules);
        done = true;
      } catch (thrown) {
        if (toPylonError(thrown).code !== 'sync-unreachable') throw thrown;
        again++;
      }
    }
  return again;
}

for (const rules of [LEAVING_RULES, parseRules('secrets')]) {
  const name = rules === LEAVING_RULES ? 'no text but names' : 'only secrets taken out, payloads with it';
  t.test(
    `three times the same sync, cut at ${CUTS} random bytes, ends with the redacted export: ${name}`,
    async (t) => {
      const seed = 20_261_124;
      t.comment(`seed ${seed}`);
      const from = await openTestLedger(t);
      const secrets = planted(seed);
      const ids = await fill(from, secrets);
      const uncut = await openReceiver(t);
      await syncAll(from, uncut, ids, rules);
      const to = await openReceiver(t);
      const random = seededRandom(seed);
      const { proxy } = to;
      proxy.cutsAt = Array.from({ length: CUTS }, () => Math.floor(random.fraction() * uncut.proxy.bytes)).sort(
        (left, right) => left - right,
      );
      for (let time = 0; time < 3; time++) await syncAll(from, to, ids, rules);
      t.equal(proxy.cuts, CUTS);
      for (const id of ids) {
        t.equal(await fileOf(to.ledger, id, NO_REDACTION), await fileOf(from, id, rules), id);
        const record = await to.ledger.runs.get(id);
        const { origin, ...rest } = record!;
        t.equal(origin, SENDER.publicKey);
        t.same(rest, toRunRecord(fold(await collect(to.ledger.runs.events(id)))));
      }
      const crossed = Buffer.concat(proxy.crossed).toString('latin1');
      const there = (await Promise.all(ids.map((id) => fileOf(to.ledger, id, NO_REDACTION)))).join('');
      t.same(
        secrets.filter((secret) => leaks(secret, crossed) || leaks(secret, there)),
        [],
        'no planted secret leaks',
      );
      t.same(await collect(to.ledger.store.keys({ gte: 'a!prov!', lt: 'a!prov"' })), [], 'nothing on the leaderboard');
      t.same(await collect(to.ledger.store.keys({ gte: 'm!', lt: 'm"' })), [], 'nothing in the book');
      t.same(await collect(to.ledger.store.keys({ gte: 'rq!', lt: 'rq"' })), [], 'nothing to resume');
      const { eventsSent, payloadsSent } = await syncRun(from, to, LARGE, rules);
      t.same({ eventsSent, payloadsSent }, { eventsSent: 0, payloadsSent: 0 }, 'the fourth time nothing is sent');
    },
  );
}

t.test(
  'what is said of a run later goes there as further events, and a run that goes on comes as far as it is',
  async (t) => {
    const [from, to] = [await openTestLedger(t), await openReceiver(t)];
    const run = runIdOf(1);
    const events = traceOf({ experiment: 'first' });
    await commitRun(from, events.slice(0, 8));
    t.match(await syncRun(from, to, run, LEAVING_RULES), { events: 8, eventsSent: 8, complete: false });
    t.equal(await to.ledger.runs.get(run), undefined, 'it is not in the history before its end');
    await commitRun(from, events.slice(8));
    t.match(await syncRun(from, to, run, LEAVING_RULES), { eventsSent: events.length - 8, complete: true });
    await from.taker.annotate(run, { scores: { accuracy: 0.5 }, experiment: 'second' }, 1_800_000_000_000);
    t.match(await syncRun(from, to, run, LEAVING_RULES), { eventsSent: 1 });
    t.match(await to.ledger.runs.get(run), {
      experiment: 'second',
      scores: { accuracy: 0.5 },
      origin: SENDER.publicKey,
    });
    t.equal((await to.ledger.runs.list({ limit: 9, experiment: 'second' })).length, 1);
    t.equal((await to.ledger.runs.list({ limit: 9, experiment: 'first' })).length, 0);
  },
);

t.test(
  'a run of another home is not filed here, does not grow by an import, and is gone when it is deleted',
  async (t) => {
    const [from, to] = [await openTestLedger(t), await openReceiver(t)];
    const run = runIdOf(1);
    await commitRun(from, traceOf());
    await syncRun(from, to, run, NO_REDACTION);
    await t.rejects(to.ledger.taker.annotate(run, { note: 'mine' }, 1), { code: 'request-invalid' });
    await from.taker.annotate(run, { note: 'theirs' }, 1_800_000_000_000);
    await from.export(run, `${from.home}/out`);
    await t.rejects(to.ledger.import(`${from.home}/out`), { code: 'run-conflict' });
    await to.ledger.delete(run);
    to.ledger.foreign.forget();
    t.same(await collect(to.ledger.store.keys({ gte: 'or!', lt: 'or"' })), []);
    t.same(await collect(to.ledger.store.keys({ gte: 'a!prov!', lt: 'a!prov"' })), []);
    t.match(await syncRun(from, to, run, NO_REDACTION), { complete: true }, 'and may come again');
  },
);

t.test('a run that is ours or of another key is refused, and so is one that was synced with other rules', async (t) => {
  const [from, to] = [
    await openTestLedger(t),
    await openReceiver(t, { allow: [SENDER, STRANGER].map((k) => k.publicKey) }),
  ];
  await commitRun(from, traceOf({ runId: runIdOf(1) }));
  await commitRun(from, traceOf({ runId: runIdOf(2) }));
  await commitRun(to.ledger, traceOf({ runId: runIdOf(1) }));
  await t.rejects(syncRun(from, to, runIdOf(1), NO_REDACTION), { code: 'run-conflict' });
  await syncRun(from, to, runIdOf(2), NO_REDACTION);
  await t.rejects(syncRun(from, to, runIdOf(2), NO_REDACTION, STRANGER), { code: 'run-conflict' });
  await t.rejects(syncRun(from, to, runIdOf(2), LEAVING_RULES), { code: 'run-conflict' });
  t.equal((await to.ledger.runs.get(runIdOf(1)))?.origin, undefined);
});

t.test('counted anew, the leaderboard knows the runs of this home and none of those that came', async (t) => {
  const [from, to] = [await openTestLedger(t), await openReceiver(t)];
  const rollups = () => collect(to.ledger.store.keys({ gte: 'a!prov!', lt: 'a!prov"' }));
  await commitRun(from, traceOf({ runId: runIdOf(1) }));
  await syncRun(from, to, runIdOf(1), NO_REDACTION);
  await to.ledger.journal.recount();
  t.same(await rollups(), []);
  await commitRun(to.ledger, traceOf({ runId: runIdOf(2) }));
  const own = await rollups();
  t.equal(own.length, 1);
  await to.ledger.delete(runIdOf(1));
  t.same(await rollups(), own, 'and a deletion of one that came takes nothing off');
  await to.ledger.delete(runIdOf(2));
  t.same(await rollups(), []);
});

t.test('a receiver that says it has what it cannot have is not believed', async (t) => {
  const from = await openTestLedger(t);
  const events = traceOf();
  await commitRun(from, events);
  const standing = { run: runIdOf(1), next_seq: 0, chain: CHAIN_BEGIN, complete: false, lacks: [] };
  const lines = async function* () {
    for (const event of events) yield JSON.stringify(event);
  };
  const sync = (post: () => Promise<SyncStanding>) =>
    Sender.send({ poster: { post }, clock: promptTimer, random: seededRandom(1) }, runIdOf(1), lines());
  await t.rejects(
    sync(async () => standing),
    { code: 'sync-refused' },
    'it answers and takes nothing',
  );
  await t.rejects(
    sync(async () => ({ ...standing, next_seq: 99 })),
    { code: 'run-conflict' },
    'more than there is',
  );
  await t.rejects(
    sync(async () => ({ ...standing, chain: 'ab'.repeat(32) })),
    { code: 'run-conflict' },
    'another trace',
  );
  let posts = 0;
  const cut = async () => {
    posts++;
    throw new PylonError('sync-unreachable');
  };
  await t.rejects(sync(cut), { code: 'sync-unreachable' });
  t.equal(posts, 8, 'and one that is away is asked no longer than that');
});
