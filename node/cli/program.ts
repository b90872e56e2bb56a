// The commands and their flags as people see them. Bodies are imported when they run: this file and
// commander are all that `--help` loads.
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { addArchive, addExperimentExport } from './archive-commands.ts';
import { addBench } from './bench-commands.ts';
import type { Add, CommandBody } from './command.ts';
import type { CliContext } from './context.ts';
import { addDse } from './dse-commands.ts';
import { addMcp } from './mcp-command.ts';
import { addMoney } from './money-commands.ts';
import { repeatable } from './repeatable.ts';
import { addStrategyFlags } from './strategy-flags.ts';
import { addDoorFlags, describeSync } from './sync-flags.ts';

/** Wires one command to its body. Commander hands over arguments, then flags, then the command itself. */
function runs(command: Command, context: CliContext, finish: (code: number) => void, load: () => Promise<CommandBody>) {
  command.action(async () => {
    const body = await load();
    finish(await body(context, command.args, command.optsWithGlobals()));
  });
}

const EXAMPLES = `
Examples:
  pylon rlm "Why does this build fail?" --file build.log
  pylon rlm "Who signs releases?" --file docs/ --fanout 20 --json
  journalctl -b | pylon rlm "What failed first?" --file -
  pylon start --provider --relay wss://relay.example

Files, variables and exit codes: docs/cli.md`;

function addRunFlags(command: Command): Command {
  return addStrategyFlags(command)
    .option('--file <path>', 'file, directory or glob to read; `-` is standard input; repeatable', repeatable)
    .option('--fanout <n>', 'sub-queries in flight (default 10)')
    .option('--budget <sats>', 'most sats the run may owe (default 1000)')
    .option('--relay <url>', 'relay to ask on instead of the embedded one; repeatable', repeatable)
    .option('--chunk-size <bytes>', 'bytes of one chunk (default: chosen for the relay)')
    .option('--timeout <seconds>', 'time for one sub-query (default 60)')
    .option('--deadline <seconds>', 'time for the whole run; then a partial answer')
    .option('--quorum <rule>', 'all, 0.8, 5 or best-effort (default all)')
    .option(
      '--verify <tier>',
      'auto (default), none, credibility, redundancy:2of3, objective[:schema.json], validated:<npub>',
    )
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--sub-model <name>', 'smaller model of the same endpoint, for parameters that name it')
    .option('--providers <n>', 'embedded provider nodes (default 4)')
    .option('--local-only', 'no relay at all: answer on this machine')
    .option('--public', 'allow unencrypted jobs')
    .option('--escrow', 'pay each job out of escrow: only answers that pass are paid')
    .option('--experiment <name>', 'file the run under this name')
    .option('--dataset <name>', 'the data set the input belongs to')
    .option('--json', 'print one RunRecord as JSON')
    .option('--no-log', 'keep nothing of the run');
}

function addProviderFlags(command: Command): Command {
  return command
    .option('--relay <url>', 'relay to serve on; repeatable', repeatable)
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--concurrency <n>', 'jobs at a time (default 4)')
    .option('--price-base-msat <msat>', 'price of a job (default 10)')
    .option('--price-msat-per-1k-chars <msat>', 'and of each 1,000 characters (default 1)')
    .option('--credit <sats>', 'what a customer may owe before it has paid; 0: prepayment (default 50)')
    .option('--name <name>', 'name in the announcement (default pylon)')
    .option('--operator <npub>', 'key of whoever runs this and other providers (default: its own)');
}

function addRlm(program: Command, add: Add): void {
  const rlm = program
    .command('rlm')
    .description('ask a question about an input of any length; also resume, history, show, tag, delete, export, import')
    .argument('[question]', 'the question, in quotes')
    .argument('[files...]', 'the same as --file');
  add(addRunFlags(rlm), async () => (await import('./commands/rlm.ts')).rlm);
  const history = rlm.command('history').description('the latest runs');
  history
    .option('--limit <n>', 'how many (default 20)')
    .option('--status <status>', 'only running, done, partial, failed');
  history
    .option('--experiment <name>', 'only those of this experiment')
    .option('--method <method>', 'only those asked in this way, such as pylon.map_reduce')
    .option('--text <words>', 'only those whose question has these words')
    .option('--since <time>', 'only later ones: 24h, 7d, 2w, a day or a moment')
    .option('--until <time>', 'only earlier ones')
    .option('--cost-min <sats>', 'only those that cost at least this')
    .option('--cost-max <sats>', 'only those that cost at most this')
    .option('--sort <by>', 'created (default), cost, latency, coverage, status or query')
    .option('--order <order>', 'desc (default) or asc')
    .option('--json', 'print JSON');
  add(history, async () => (await import('./commands/history.ts')).history);
  const show = rlm.command('show').description('one run: answer, citations, timeline, cost').argument('<run>');
  show.option('--all', 'every line of the timeline').option('--json', 'print JSON');
  add(show, async () => (await import('./commands/show.ts')).show);
  const resuming = rlm.command('resume').description('go on with a run that was interrupted').argument('<run>');
  add(
    resuming.option('--json', 'print one RunRecord as JSON'),
    async () => (await import('./commands/resume.ts')).resume,
  );
  const replaying = rlm.command('replay').description('go through an exploration again, without a model');
  replaying.argument('<run>').option('--json', 'print JSON');
  add(replaying, async () => (await import('./commands/replay.ts')).replay);
  const tagging = rlm.command('tag').description('file a run that is over: scores, experiment, note');
  tagging
    .argument('<run>')
    .argument('[scores...]', 'such as accuracy=0.84; `accuracy=` takes it away')
    .option('--experiment <name>', 'file it under this name')
    .option('--no-experiment', 'take it out of its experiment')
    .option('--note <text>', 'a note on it; empty takes it away')
    .option('--json', 'print the RunRecord as JSON');
  add(tagging, async () => (await import('./commands/tag.ts')).tag);
  const deleting = rlm
    .command('delete')
    .description('delete runs that are over, with their traces')
    .argument('<runs...>');
  add(deleting, async () => (await import('./commands/delete.ts')).deleteRuns);
  add(describeSync(rlm.command('sync')), async () => (await import('./commands/sync.ts')).syncRuns);
  addArchive(rlm, add);
}

function addDaemon(program: Command, add: Add): void {
  const start = program.command('start').description('start the daemon');
  start.option('--foreground', 'do not detach').option('--port <n>', 'of the API on 127.0.0.1 (default 7780; 0: any)');
  start.option('--provider', 'also sell inference');
  start.option('--hub', 'also serve the play-money wallet on --relay, for other programs');
  add(addDoorFlags(addProviderFlags(start)), async () => (await import('./commands/start.ts')).start);
  const dashboard = program.command('dashboard').description('open the dashboard in a browser; starts the daemon');
  dashboard.option('--no-open', 'only print the link').option('--port <n>', 'for the daemon, when none runs yet');
  add(dashboard.option('--json', 'print JSON'), async () => (await import('./commands/dashboard.ts')).dashboard);
  add(program.command('stop').description('stop the daemon'), async () => (await import('./commands/stop.ts')).stop);
  const status = program.command('status').description('what the daemon does').option('--json', 'print JSON');
  add(status, async () => (await import('./commands/status.ts')).status);
  const doctor = program
    .command('doctor')
    .description('check this machine and say what to do')
    .option('--json', 'print JSON');
  add(doctor, async () => (await import('./commands/doctor.ts')).doctor);
}

function addNodes(program: Command, add: Add): void {
  const provider = program.command('provider').description('sell inference from this terminal');
  add(addProviderFlags(provider), async () => (await import('./commands/provider.ts')).provider);
  const validator = program
    .command('validator')
    .description('judge answers of providers, for --verify validated:<npub>');
  addProviderFlags(validator.option('--price <msat>', 'price of one judgement, whatever its length'));
  add(validator, async () => (await import('./commands/provider.ts')).validator);
  const relay = program.command('relay').description('run the relay alone; prints its ws:// URL');
  relay
    .option('--port <n>', 'port (default 0: any)')
    .option('--host <address>', 'address (default 127.0.0.1)')
    .option('--store <folder>', 'keep events in this folder (default: in memory)')
    .option('--min-pow <bits>', 'leading zero bits an event id needs (default 0)');
  add(relay, async () => (await import('./commands/relay-flags.ts')).relay);
}

function addProviders(program: Command, add: Add): void {
  const providers = program.command('providers').description('who answered, how reliably, how fast, for what price');
  providers
    .option('--sort <order>', 'success (default), latency, cost, jobs or trust')
    .option('--since <time>', 'hours, days or weeks: 24h (default), 7d, 2w')
    .option('--model <name>', 'only those that announced this model')
    .option('--limit <n>', 'how many (default 100)')
    .option('--json', 'print JSON');
  add(providers, async () => (await import('./commands/providers.ts')).providers);
}

function addExperiments(program: Command, add: Add): void {
  const experiment = program.command('experiment').description('runs that carry one name: list, show, compare, note');
  const commands = () => import('./commands/experiment.ts');
  const list = experiment.command('list').description('every experiment, what changed last first');
  add(list.option('--json', 'print JSON'), async () => (await commands()).list);
  const show = experiment.command('show').description('the runs of one, side by side').argument('<name>');
  add(show.option('--json', 'print JSON'), async () => (await commands()).show);
  const compare = experiment.command('compare').description('runs or whole experiments side by side');
  compare.argument('<a>', 'a run or an experiment').argument('<b...>', 'what it is compared with');
  add(compare.option('--json', 'print JSON'), async () => (await commands()).compare);
  addExperimentExport(experiment, add);
  const note = experiment.command('note').description('read or write the note of one');
  note.argument('<name>').argument('[text]', 'an empty one takes the note away');
  add(note, async () => (await commands()).note);
}

function addConfig(program: Command, add: Add): void {
  const config = program.command('config').description('the configuration in force and where each value is from');
  add(config.option('--json', 'print JSON'), async () => (await import('./commands/config.ts')).configList);
  add(
    config.command('get').description('one value').argument('<key>'),
    async () => (await import('./commands/config.ts')).configGet,
  );
  const set = config.command('set').description('write one value to config.toml').argument('<key>').argument('<value>');
  add(set, async () => (await import('./commands/config.ts')).configSet);
}

/** @param finish called with the exit code of the command that ran */
export function buildProgram(context: CliContext, finish: (code: number) => void): Command {
  const program = new Command('pylon');
  const add: Add = (command, load) => runs(command, context, finish, load);
  program
    .description('Ask questions about inputs of any length, over a swarm of Nostr providers.')
    .version(VERSION, '-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: () => undefined, // usage errors are told by main.ts, on one line
      getOutHelpWidth: () => context.stdout.columns ?? 100,
    })
    .exitOverride();
  const init = program.command('init').description('make an identity for this home and show its npub');
  init
    .option('--show-mnemonic', 'print the secret words')
    .option('--import', 'read the secret words from standard input');
  add(init, async () => (await import('./commands/init.ts')).init);
  addRlm(program, add);
  addDaemon(program, add);
  addMoney(program, add);
  addNodes(program, add);
  addProviders(program, add);
  addExperiments(program, add);
  addBench(program, add);
  addDse(program, add);
  addConfig(program, add);
  addMcp(program, add);
  return program;
}
