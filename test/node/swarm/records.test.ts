// Records over the wire: a real relay, providers with models behind them, one of which mislabels, and a conductor that counts lines.
import t, { type Test } from 'tap';
import { type Backend, PredictionFailed } from '../../../conductor/ports.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { realClock } from '../../../node/clock.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { RECORDS } from '../../../protocol/records.ts';
import { EXTRACTOR, NO_USAGE } from '../../../protocol/signature.ts';
import { playFanOut } from '../../support/fan-out-stage.ts';
import { LABEL_FIELDS, labellingModel, labelOf, lying, type Mislabel, messages } from '../../support/labelling.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { ANNOUNCEMENT, eventually, newKeys, Swarm } from '../../support/swarm.ts';

const MESSAGES = messages(240);
const TEXT = `${MESSAGES.join('\n')}\n`;

/** A swarm whose providers label as they are told to, and the market on it. */
async function stage(t: Test, models: readonly (Mislabel | undefined)[]) {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const keys = models.map(() => newKeys());
  const labellers = models.map((mislabel) => labellingModel(mislabel));
  for (const [at, model] of labellers.entries()) {
    const backend = modelBackend(model, { name: 'openai:labeller' });
    const announcement = { ...ANNOUNCEMENT, name: `p${at}`, models: ['openai:labeller'], max_input_bytes: 655_360 };
    await swarm.provider({ keys: keys[at]!, backend, announcement });
  }
  const market = swarm.market();
  await eventually('all offers', () => market.offers().length === models.length);
  return { swarm, market, keys, labellers };
}

const ask = (market: Awaited<ReturnType<typeof stage>>['market'], verification: string) =>
  playFanOut({
    text: TEXT,
    fields: LABEL_FIELDS,
    local: modelBackend(labellingModel(), { name: 'openai:labeller' }),
    clock: realClock(),
    market,
    config: { verification, chunk_size: 4_000 },
  });

t.test('each line comes back once, with its label and exactly its words', async (t) => {
  const { market, labellers } = await stage(t, [undefined]);
  t.same(market.offers()[0]?.signatures?.includes(RECORDS.signatureId), true, 'providers say that they serve it');
  const { told, tally, journal } = await ask(market, 'none');
  t.equal(tally.covered, tally.loaded);
  t.equal(told.size, MESSAGES.length);
  for (const [at, message] of MESSAGES.entries())
    t.same(told.get(at + 1), { quote: message, record: { label: labelOf(at) } });
  t.equal(
    journal.of('SubQueryReturn').every(({ ok }) => ok),
    true,
  );
  t.equal(labellers[0]!.calls, tally.loaded);
});

t.test('one of three that lies changes no label, is not paid, and the honest are', async (t) => {
  const { market, keys } = await stage(t, [undefined, lying, undefined]);
  const { told, tally, paid, journal, linesDropped } = await ask(market, 'redundancy:2of3');
  t.match(tally, { covered: tally.loaded });
  for (const at of MESSAGES.keys()) t.same(told.get(at + 1)?.record, { label: labelOf(at) });
  t.equal(linesDropped, 0);
  t.equal(paid.get(keys[1]!.publicKey), undefined);
  t.ok((paid.get(keys[0]!.publicKey) ?? 0) > 0 && (paid.get(keys[2]!.publicKey) ?? 0) > 0);
  for (const { agreeing, dissenting, lines } of journal.of('VerifyRedundant')) {
    t.equal(agreeing?.length, 2);
    t.ok((dissenting?.length ?? 0) <= 1 && (lines ?? 0) > 0);
  }
});

t.test('slips of three honest models cost a line here and there, and nobody its pay', async (t) => {
  const { fraction } = seededRandom(11);
  const slipping: Mislabel = (message, truth) => (fraction() < 0.05 ? lying(message, truth) : truth);
  const { market, keys } = await stage(t, [slipping, slipping, slipping]);
  const { told, paid, journal } = await ask(market, 'redundancy:2of3');
  const wrong = [...told].filter(([line, { record }]) => record?.label !== labelOf(line - 1)).length;
  t.comment(
    `${wrong} of ${told.size} wrong, ${journal.of('SubQuerySubmit').length} jobs, ${journal.of('VerifyAccept').length} chunks`,
  );
  t.ok(wrong <= 5, `${wrong} of ${told.size}`);
  t.same(
    journal.of('VerifyRedundant').flatMap(({ dissenting }) => dissenting),
    [],
  );
  t.ok(keys.every(({ publicKey }) => (paid.get(publicKey) ?? 0) > 0));
});

t.test('who does not say that it serves records is asked for quotes only', async (t) => {
  const { swarm, market, labellers } = await stage(t, [undefined]);
  const old = labellingModel();
  const announcement = { ...ANNOUNCEMENT, models: ['openai:labeller'], max_input_bytes: 655_360 };
  await swarm.provider({
    backend: modelBackend(old, { name: 'openai:labeller' }),
    announcement: { ...announcement, signatures: [EXTRACTOR.signatureId] },
  });
  await eventually('two offers', () => market.offers().length === 2);
  const { told, tally } = await ask(market, 'none');
  t.equal(told.size, MESSAGES.length);
  t.equal(old.calls, 0);
  t.equal(labellers[0]!.calls, tally.loaded);
});

t.test('who says so and refuses all the same is passed over', async (t) => {
  const { swarm, market } = await stage(t, []);
  let refused = 0;
  const backend: Backend = {
    name: 'openai:labeller',
    async predict({ signatureId }) {
      refused++;
      throw new PredictionFailed(new PylonError('job-unsupported', { value: signatureId }), NO_USAGE, 0);
    },
  };
  const announcement = { ...ANNOUNCEMENT, models: ['openai:labeller'], max_input_bytes: 655_360 };
  await swarm.provider({ backend, announcement });
  await eventually('an offer', () => market.offers().length === 1);
  const { told, tally, journal } = await ask(market, 'none');
  t.equal(told.size, MESSAGES.length);
  t.equal(refused, tally.loaded);
  t.equal(journal.of('FallbackLocal').length, tally.loaded);
  t.match(journal.of('SubQueryReturn')[0], { ok: false, error: { code: 'job-unsupported' } });
});
