import t from 'tap';
import {
  type ProviderReport,
  type ProvidersReport,
  providersReportSchema,
} from '../../../../protocol/provider-report.ts';
import { runCli, temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

/** What a stranger may call itself, and figures as wide as they come. */
const WIDE: ProviderReport = {
  provider: 'cd'.repeat(32),
  name: '\u001b[31mred\u001b[0m \u202e and a name that does not end\n',
  models: ['openai:a-model-with-a-very-long-name', 'another'],
  jobs: 1_234_567,
  answered: 1_100_000,
  failed: 100_000,
  timeouts: 34_567,
  cancelled: 0,
  success: { rate: 0.8912, lower: 0.8905 },
  latency_ms: { p50: 98_000, p99: 599_000, p50_upper: 98_100 },
  settled_msat: 9e12,
  sats_per_1k_jobs: 123_456.7,
  trust: 0.987,
  first_seen: '2026-11-21T00:00:00.000Z',
  last_seen: '2026-11-21T12:00:00.000Z',
};
const NOTHING: ProviderReport = {
  ...WIDE,
  provider: 'not a key',
  name: null,
  models: [],
  success: { rate: null, lower: 0 },
  latency_ms: { p50: null, p99: null, p50_upper: null },
  sats_per_1k_jobs: null,
  trust: null,
  last_seen: null,
};

class Board extends FakeEngine {
  readonly report: (from: ProvidersReport) => ProvidersReport;

  constructor(report: (from: ProvidersReport) => ProvidersReport) {
    super();
    this.report = report;
  }

  override async providers(query: Parameters<FakeEngine['providers']>[0]): Promise<ProvidersReport> {
    return this.report(await super.providers(query));
  }
}

t.test('providers prints a table that fits 100 columns, whatever they call themselves', async (t) => {
  const home = temporaryFolder(t);
  const openEngine = async () =>
    new Board((report) => ({ ...report, total: 30, providers: [...report.providers, WIDE, NOTHING] }));
  const { code, stdout, stderr } = await runCli(['providers'], { home, openEngine });
  t.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  t.match(lines[0], /^provider +name +model +jobs +success +p50 +p99 +sats\/1k +trust +seen$/);
  t.match(lines[1], /^abababab… {2}carol +extractive +62 +98\.3 % +≥91\.3 % +7 ms +31 ms +26 +- +20 min$/);
  t.match(lines[2], /^cdcdcdcd… {2}red .*… +openai:a… \+1 +1\.2M .* 98 s +10 min +123k +0\.99 +30 min$/);
  t.match(lines[3], /^not a key +- +- +1\.2M +- +≥0 % +- +- +- +- +-$/);
  t.match(lines[4], /^the first 3 of 30 providers asked since .*, by success/);
  for (const line of lines) t.ok(line.length <= 100, `${line.length} columns: ${line}`);
  t.notMatch(stdout, /[\u001b\u202e]/);
});

t.test('providers --json prints one report, and the flags reach the engine', async (t) => {
  const home = temporaryFolder(t);
  const engine = new FakeEngine();
  const openEngine = async () => engine;
  const flags = ['--sort', 'trust', '--since', '2w', '--model', 'extractive', '--limit', '7', '--json'];
  const { code, stdout } = await runCli(['providers', ...flags], { home, openEngine });
  t.equal(code, 0);
  t.match(providersReportSchema.parse(JSON.parse(stdout)), { sort: 'trust', model: 'extractive', total: 1 });
  t.same(engine.asked, [{ sort: 'trust', since: '2w', model: 'extractive', limit: 7 }]);
});

t.test('before anybody was asked, providers says what to do', async (t) => {
  const home = temporaryFolder(t);
  const openEngine = async () => new Board((report) => ({ ...report, total: 0, providers: [] }));
  t.match(await runCli(['providers'], { home, openEngine }), {
    code: 0,
    stdout: '',
    stderr: /no provider was asked in the last 24h: .*pylon rlm.*--since/,
  });
});

t.test('an order, a time or a model that there is not is a usage error that names the flag', async (t) => {
  const home = temporaryFolder(t);
  const refusals = [
    [['--sort', 'beauty'], /option-invalid: --sort must be one of success, latency, cost, jobs, trust \("beauty"\)/],
    [['--since', '1 day'], /option-invalid: --since must be a number of hours, days or weeks, such as .*\("1 day"\)/],
    [['--limit', '1e9'], /option-invalid: --limit must be a whole number from 1 to 1000/],
    [['--model', ''], /option-invalid: --model must name a model/],
    [['--model', 'nobody'], /model-unknown: .*"nobody"/],
  ] as const;
  for (const [flags, stderr] of refusals) t.match(await runCli(['providers', ...flags], { home }), { code: 2, stderr });
});
