import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type ProvidersReport, providersReportSchema } from '../../protocol/provider-report.ts';
import { temporaryFolder } from '../support/cli.ts';
import { pylon, recordOf, startPylon } from '../support/command.ts';

const LOG = Array.from({ length: 3_000 }, (_, line) => `step ${line}: ${line === 1_700 ? 'error: parse.c' : 'ok'}`);

function reportIn({ stdout }: { stdout: string }): ProvidersReport {
  return providersReportSchema.parse(JSON.parse(stdout));
}

t.test('after a run the leaderboard tells who answered, from this process and from the daemon alike', async (t) => {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'build.log'), LOG.join('\n'));
  t.match(await pylon(t, ['providers'], { home }), { code: 0, stdout: '', stderr: /no provider was asked.*pylon rlm/ });
  const ask = ['rlm', 'What failed?', '--file', 'build.log', '--chunk-size', '4000', '--json'];
  const record = recordOf(await pylon(t, ask, { home, cwd: home }));
  t.equal(record.status, 'done');

  const alone = reportIn(await pylon(t, ['providers', '--json'], { home }));
  t.equal(alone.total, record.metrics.providers);
  const sum = (count: (provider: ProvidersReport['providers'][number]) => number) =>
    alone.providers.reduce((total, provider) => total + count(provider), 0);
  t.equal(
    sum(({ jobs }) => jobs),
    record.metrics.sub_queries,
  );
  t.equal(
    sum(({ answered }) => answered),
    record.metrics.chunks_answered - record.metrics.chunks_duplicate,
  );
  t.equal(
    sum(({ settled_msat }) => settled_msat),
    record.metrics.cost_msat,
  );
  for (const { name, models, last_seen } of alone.providers)
    t.match({ name, models, last_seen }, { name: /.+/, models: ['extractive'], last_seen: /^20/ });

  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], { home });
  const [url = ''] = await daemon.said('stderr', /http:\/\/127\.0\.0\.1:\d+/);
  t.ok(url !== '');
  const served = reportIn(await pylon(t, ['providers', '--json'], { home }));
  t.same(served.providers, alone.providers);
  t.match(await pylon(t, ['providers', '--model', 'huge'], { home }), {
    code: 2,
    stderr: /model-unknown: .*"huge".*extractive/,
  });
  t.match(await pylon(t, ['providers', '--sort', 'jobs'], { home }), {
    code: 0,
    stdout: /^provider +name.*\n.* extractive /,
  });
});
