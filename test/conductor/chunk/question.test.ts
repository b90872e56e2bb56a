// Questions for records in every tier: the same scheduler, market, money and verification as for quotes, with lines in place of answers.
import t from 'tap';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { KnownChunks } from '../../../conductor/run/known-chunks.ts';
import { Reputations } from '../../../ledger/reputation.ts';
import { validatorBackend } from '../../../node/swarm/validator.ts';
import { VALIDATOR } from '../../../protocol/attestation.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { OUTPUT_CHARS_DEFAULT, OUTPUT_CHARS_JUDGED } from '../../../protocol/limits.ts';
import { msat } from '../../../protocol/money.ts';
import { printNpub } from '../../../protocol/public-key.ts';
import type { RecordsOutput } from '../../../protocol/records.ts';
import { EXTRACTOR, NO_USAGE } from '../../../protocol/signature.ts';
import { type FanOutScene, playFanOut } from '../../support/fan-out-stage.ts';
import { seededKeys } from '../../support/keys.ts';
import { LABEL_FIELDS, labellingModel, labelOf, lying, messages } from '../../support/labelling.ts';
import { after, type Behaviour, offerOf, ScriptedMarket } from '../../support/scripted-market.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MESSAGES = messages(400);
const MODEL = 'openai:labeller';
const labeller = () => modelBackend(labellingModel(), { name: MODEL });

/** The reply with other labels on some of its lines. */
function mislabelling(isWrong: (message: number) => boolean): Behaviour {
  return async (asked, honest) => {
    const reply = await honest();
    const { records } = reply.result.output as RecordsOutput;
    const numbers = asked.request.text.split('\n').map((line) => Number(/^message (\d+) /.exec(line)?.[1] ?? -1));
    const output = {
      records: records.map(({ line, fields }) => {
        const message = numbers[line - 1]!;
        return { line, fields: isWrong(message) ? { label: lying(message, labelOf(message)) } : fields };
      }),
    };
    return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
  };
}

const honestly: Behaviour = (_asked, honest) => honest();

function scene(behaviours: Readonly<Record<string, Behaviour>>, more: Partial<FanOutScene> = {}) {
  const clock = new VirtualClock();
  const market = new ScriptedMarket(labeller());
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const timely: Behaviour = (asked, honest) => after(clock, 20)(asked, () => behaviour(asked, honest));
    market.provider(name, timely, { models: [MODEL] });
  }
  const common = { text: MESSAGES.join('\n'), fields: LABEL_FIELDS, local: labeller(), clock, market };
  const config = { chunk_size: 2_000, ...more.config };
  const play = () => clock.runUntil(playFanOut({ ...common, ...more, config }));
  return { clock, market, play };
}

type Played = Awaited<ReturnType<typeof playFanOut>>;
const wrongIn = ({ told }: Played) => [...told].filter(([line, { record }]) => record?.label !== labelOf(line - 1));

t.test('prose has neighbouring lines, and each line is told once all the same', async (t) => {
  const { play } = scene({ one: honestly }, { kind: 'prose' });
  const played = await play();
  t.same([played.told.size, wrongIn(played).length], [MESSAGES.length, 0]);
  const told = [...played.answers.values()].reduce((sum, { findings }) => sum + findings.length, 0);
  t.equal(told, MESSAGES.length);
});

t.test('the job names its fields and asks for as many characters as its lines need', async (t) => {
  const { play, market } = scene({ one: honestly }, { config: { chunk_size: 64_000 }, text: messages(900).join('\n') });
  await play();
  for (const { request } of market.asked) {
    t.match(request, { signature: '@pylon/rlm/Records.v1', fields: JSON.stringify(LABEL_FIELDS) });
    t.equal(request.terms, undefined);
  }
  t.ok(market.asked[0]!.request.maxOutputChars > OUTPUT_CHARS_DEFAULT);
});

t.test('strangers are tested with chunks of records whose labels are known, and liars found out by them', async (t) => {
  const honest = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, honestly]));
  const reputation = new Reputations({ valueNow: () => undefined });
  const { play, market } = scene(
    { ...honest, 'liar 1': mislabelling(() => true), 'liar 2': mislabelling(() => true) },
    { config: { verification: 'credibility', chunk_size: 1_024 }, reputation },
  );
  const played = await play();
  t.same([played.told.size, wrongIn(played).length], [MESSAGES.length, 0]);
  for (const name of ['liar 1', 'liar 2']) {
    t.equal(played.paid.get(canonicalHash(name)), undefined);
    t.ok(market.asked.filter(({ offer }) => offer.provider === canonicalHash(name)).length < 12);
  }
  const canaries = played.journal.of('SubQuerySubmit').filter(({ canary }) => canary === true);
  t.ok(canaries.length > 3, `${canaries.length} canaries`);
  const shapes = new Set(market.asked.map(({ request }) => Object.keys(request).sort().join()));
  t.equal(shapes.size, 1, 'a canary looks like any other job');
});

t.test('who slips on a line in twenty is believed and paid under credibility, too', async (t) => {
  const slips = (offset: number) => mislabelling((message) => (message + offset) % 20 === 0);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const { play } = scene(Object.fromEntries(names.map((name, at) => [name, slips(at * 3)])), {
    config: { verification: 'credibility', chunk_size: 1_024 },
  });
  const played = await play();
  t.ok(played.told.size > MESSAGES.length * 0.98);
  t.ok(wrongIn(played).length <= MESSAGES.length * 0.05);
  t.same(played.journal.of('VerifyReopen'), [], 'nobody was taken for a liar');
  t.ok(names.filter((name) => (played.paid.get(canonicalHash(name)) ?? 0) > 0).length >= 5);
});

t.test(
  'with objective a record of a line that is not there is not believed, and another provider is asked',
  async (t) => {
    const inventing: Behaviour = async (_asked, honest) => {
      const reply = await honest();
      const { records } = reply.result.output as RecordsOutput;
      const output = { records: [...records, { line: 4_000, fields: { label: 'praise' } }] };
      return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
    };
    const { play } = scene({ one: honestly, two: inventing }, { config: { verification: 'objective' } });
    const played = await play();
    t.same([played.told.size, wrongIn(played).length], [MESSAGES.length, 0]);
    t.equal(played.paid.get(canonicalHash('two')), undefined);
    const rejected = played.journal.of('VerifyObjective').filter(({ verdict }) => verdict === 'rejected');
    t.ok(rejected.length > 0);
    t.match(rejected[0]?.reason, /lines that the chunk does not have/);
  },
);

t.test('a validator does records again and signs for them; a lie it refutes', async (t) => {
  const [judge] = seededKeys('judge');
  const { play, market, clock } = scene(
    { one: honestly, two: mislabelling(() => true) },
    { config: { verification: `validated:${printNpub(judge!.publicKey)}` } },
  );
  const offer = offerOf(judge!.publicKey, { models: [MODEL] });
  const ask = market.ask.bind(market);
  Object.assign(market, { validators: () => [offer] });
  market.ask = async (given, options) => {
    if (given.offer !== offer) return ask(given, options);
    const { query, text, context, maxOutputChars: max_output_chars, answer = '', fields = '' } = given.request;
    const asked = {
      query,
      text,
      ...(context === undefined ? {} : { context }),
      max_output_chars,
      fields: JSON.parse(fields),
    };
    const input = VALIDATOR.input.parse({ ...asked, answer: JSON.parse(answer) });
    const backend = validatorBackend({ keys: judge!, backend: labeller(), clock });
    const { output } = await backend.predict(VALIDATOR, input, { signal: options.signal });
    const bound = { v: 1 as const, request_id: 'ab'.repeat(32), nonce: given.request.nonce, provider: offer.provider };
    const result = { ...bound, output, output_hash: canonicalHash(output), usage: NO_USAGE, model: MODEL };
    return { requestId: bound.request_id, provider: offer.provider, result, amountMsat: msat(5) };
  };
  const played = await play();
  t.same([played.told.size, wrongIn(played).length], [MESSAGES.length, 0]);
  t.equal(played.paid.get(canonicalHash('two')), undefined);
  const words = played.journal.of('VerifyValidated').map(({ verdict }) => verdict);
  t.ok(words.includes('refuted') && words.filter((word) => word === 'confirmed').length === played.tally.loaded);
  for (const { request } of market.asked) t.ok(request.maxOutputChars <= OUTPUT_CHARS_JUDGED);
});

t.test(
  'a run that goes on knows the lines that several answers were put together to, and buys nothing again',
  async (t) => {
    const slips = (offset: number) => mislabelling((message) => (message + offset) % 25 === 0);
    const config = { verification: 'redundancy:2of3' };
    const behaviours = { a: slips(0), b: slips(5), c: slips(10) };
    const first = await scene(behaviours, { config }).play();
    t.same([first.told.size, wrongIn(first).length], [MESSAGES.length, 0]);
    t.ok(first.journal.of('VerifyAccept').some(({ output_hash }) => output_hash !== undefined));
    const known = new KnownChunks();
    for (const event of first.journal.events) known.observe(event);
    const blobs = first.journal.blobs;
    const resumption = {
      state: first.journal.state!,
      known,
      limitMsat: msat(1),
      settledMsat: msat(0),
      times: 1,
      payload: async (hash: string) => (blobs.has(hash) ? Buffer.from(blobs.get(hash)!) : undefined),
    };
    const again = scene(behaviours, { config, resumption });
    const second = await again.play();
    t.same([...second.told], [...first.told]);
    t.equal(again.market.asked.length, 0);
  },
);

t.test('who lists other signatures is not asked', async (t) => {
  const { play, market } = scene({ one: honestly });
  market.provider('old', honestly, { models: [MODEL], signatures: [EXTRACTOR.signatureId] });
  const played = await play();
  t.equal(played.told.size, MESSAGES.length);
  t.notOk(market.asked.some(({ offer }) => offer.provider === canonicalHash('old')));
});
