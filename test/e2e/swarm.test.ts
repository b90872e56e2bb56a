// Several machines, played by processes with homes of their own: a relay, two providers, and somebody who asks. Nobody
// but the two ends reads the job, and no provider's end costs a chunk.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { NostrEvent } from '../../protocol/event.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { type Command, type CommandOptions, pylon, recordOf, startPylon } from '../support/command.ts';
import { RelayClient } from '../support/relay-client.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = 'Which zeppelin lost its marigold ballast over Utrecht?';
const ANSWER = 'zeppelin Amalia lost its marigold ballast over Utrecht at noon';
const LINES = Array.from({ length: 1_200 }, (_, index) =>
  index === 777
    ? ANSWER
    : `${index} signal box ${(index * 7_919) % 1_000} reported quince weather to the harbour office`,
);
/** What 5940, 6940 and their likes hold in the open would be seen here. */
const SECRETS = [QUESTION, ANSWER, 'zeppelin', 'marigold', 'quince weather', 'harbour office', 'in.log'];
/** Long enough that a run has a middle, short enough that no job announces itself as under way. */
const SLOW_MS = 120;

interface Stage {
  readonly url: string;
  readonly model: ScriptedModel;
  readonly tap: RelayClient;
  startProvider(name: string): Promise<{ command: Command; key: string }>;
  ask(flags?: readonly string[], question?: string): Command;
}

/** A relay of its own process, a slow model behind the providers, and a tap that hears all that crosses the relay. */
async function stage(t: Test): Promise<Stage> {
  const folder = await temporaryFolder(t);
  const model = await new ScriptedModel({ behaviour: 'slow', slowMs: SLOW_MS }).start();
  t.teardown(() => model.close());
  const options = (name: string, more: Partial<CommandOptions> = {}) => ({ home: join(folder, name), ...more });
  const relay = startPylon(t, ['relay', '--port', '0'], options('relay'));
  const [url] = await relay.said('stdout', /^ws:\/\/127\.0\.0\.1:\d+$/m);
  const tap = await RelayClient.connect(url);
  t.teardown(() => tap.close());
  await tap.request('everything', {});
  await writeFile(join(folder, 'in.log'), LINES.join('\n'));
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  return {
    url,
    model,
    tap,
    async startProvider(name) {
      const command = startPylon(t, ['provider', '--relay', url, '--name', name], options(name, { environment }));
      await command.said('stderr', /Ctrl-C stops it/);
      const mine = (event: NostrEvent) => event.kind === 31_990 && event.content.includes(`"${name}"`);
      const heard = await tap.take(`announcement of ${name}`, ([, , event]) => mine((event ?? {}) as NostrEvent));
      return { command, key: (heard[2] as NostrEvent).pubkey };
    },
    ask: (flags = [], question = QUESTION) =>
      startPylon(
        t,
        ['rlm', question, '--file', 'in.log', '--json', '--relay', url, '--chunk-size', '2048', ...flags],
        options('asker', { cwd: folder }),
      ),
  };
}

/** Resolves once the model has been asked `calls` times in all. */
async function called(model: ScriptedModel, calls: number): Promise<void> {
  while (model.calls < calls) await model.nextCall();
}

function checkWhole(t: Test, record: RunRecord): void {
  t.match(record, { status: 'done', error: null, metrics: { coverage: 1, chunks_local: 0 } });
  t.equal(record.span_refs[0]?.start_line, 778);
}

t.test('two providers elsewhere share a run, and the relay sees none of it', async (t) => {
  const { model, tap, startProvider, ask } = await stage(t);
  const providers = [await startProvider('cellar'), await startProvider('attic')];
  const finished = await ask().ended;
  t.equal(finished.code, 0, finished.stderr);
  const record = recordOf(finished);
  checkWhole(t, record);
  t.equal(record.metrics.providers, 2);
  const untold = model.calls - record.metrics.calls;
  t.ok(
    untold >= 0 && untold <= record.metrics.cancelled,
    'all of them calls of the providers; only of a job that was withdrawn the cost may come too late to be counted',
  );

  await tap.settled();
  const events = tap.takeEvents('everything');
  const of = (kind: number) => events.filter((event) => event.kind === kind);
  t.equal(of(5_940).length, record.metrics.sub_queries);
  t.ok(
    of(6_940).length >= record.metrics.chunks,
    'one each, and where a job was late perhaps that of the other one too',
  );
  t.same([...new Set(of(6_940).map(({ pubkey }) => pubkey))].sort(), providers.map(({ key }) => key).sort());
  const seen = JSON.stringify(events);
  for (const secret of SECRETS) t.notOk(seen.includes(secret), `"${secret}" is not seen`);
  // Of a short word so little is left in base64 that sealed bytes may spell it by chance.
  for (const secret of SECRETS.filter(({ length }) => length >= 12))
    t.notOk(seen.includes(Buffer.from(secret).toString('base64').slice(0, -4)), secret);
});

t.test('a provider killed in mid-run costs no chunk, and takes up its work again when it is back', async (t) => {
  const { model, startProvider, ask } = await stage(t);
  const [doomed] = [await startProvider('doomed'), await startProvider('steady')];
  const run = ask(['--fanout', '8']);
  await called(model, 8);
  doomed.command.kill('SIGKILL');
  const finished = await run.ended;
  t.equal(finished.code, 0, finished.stderr);
  const record = recordOf(finished);
  checkWhole(t, record);
  const { timeouts, cancelled, retries, hedges } = record.metrics;
  t.ok(timeouts + cancelled >= 1, 'what it had was given up, or withdrawn when another one had answered');
  t.ok(retries + hedges >= timeouts, 'and asked elsewhere');

  const back = await startProvider('doomed');
  t.equal(back.key, doomed.key, 'it is the same provider');
  const question = `${QUESTION} Say it again.`; // told apart from what the killed one had left to do
  const callsOf = () => model.bodies.filter(({ messages }) => messages[1]?.content.includes(question)).length;
  const next = ask(['--fanout', '8'], question);
  while (callsOf() < 8) await model.nextCall();
  back.command.kill('SIGTERM');
  t.match(await back.command.ended, { code: 0, stderr: /jobs in flight are finished first/ });
  const again = recordOf(await next.ended);
  checkWhole(t, again);
  t.equal(again.metrics.providers, 2, 'what it had in flight was finished and counted');
  t.equal(again.metrics.calls, callsOf(), 'no job was done for nothing');
});

t.test('with the providers gone the run is answered on this machine, and says so', async (t) => {
  const { startProvider, ask } = await stage(t);
  const { command } = await startProvider('leaving');
  command.kill('SIGTERM');
  t.equal((await command.ended).code, 0);
  const { code, stdout, stderr } = await ask().ended;
  t.equal(code, 0, stderr);
  t.match(stderr, /no provider announces itself on the relays; the local backend stands in/);
  const record = recordOf({ stdout });
  t.match(record.metrics, { coverage: 1, providers: 0, chunks_local: record.metrics.chunks });
  const shown = await pylon(t, ['rlm', 'show', record.id], { home: join(await temporaryFolder(t), 'none') });
  t.match(shown, { code: 2, stderr: /run-unknown/ }, 'another home knows nothing of it');
});
