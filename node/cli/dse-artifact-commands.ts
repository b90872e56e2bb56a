// `pylon dse` for what is in force: artifacts, the pointer of each signature, and canaries.
import type { Command } from 'commander';
import type { Add } from './command.ts';

export function addDseArtifacts(dse: Command, add: Add): void {
  const commands = () => import('./commands/dse-artifacts.ts');
  const artifacts = dse.command('artifacts').description('compiled parameters that are kept, in force or not');
  artifacts.option('--signature <id>', 'only those of this signature');
  add(artifacts.option('--json', 'print JSON'), async () => (await commands()).artifacts);
  const active = dse.command('active').description('what is in force for each signature, and its canary');
  add(active.option('--json', 'print JSON'), async () => (await commands()).active);
  const history = dse.command('history').description('what was in force for a signature, the latest change first');
  add(history.argument('<signature>').option('--json', 'print JSON'), async () => (await commands()).history);
  const rollback = dse.command('rollback').description('take back the latest promotion of a signature');
  rollback
    .argument('<signature>')
    .option('--to <compiled_id>', 'take back all down to this one, or to `default`')
    .option('--reason <words>', 'kept with it');
  add(rollback.option('--json', 'print JSON'), async () => (await commands()).rollback);
  const exporting = dse.command('export').description('an artifact as JSON, for another home');
  add(exporting.argument('<compiled_id>'), async () => (await commands()).exportArtifact);
  const importing = dse.command('import').description('keep an artifact that another home exported');
  add(
    importing.argument('<file>', '`-` is standard input').option('--json', 'print JSON'),
    async () => (await commands()).importArtifact,
  );
  addCanary(dse, add);
}

function addCanary(dse: Command, add: Add): void {
  const canary = dse
    .command('canary')
    .description('another artifact for a share of the predictions: start, stop, status, history, judge');
  const commands = () => import('./commands/dse-canary.ts');
  const start = canary.command('start').description('begin; it ends by itself where the evidence says so');
  start
    .argument('<signature>')
    .argument('<compiled_id>', 'the artifact that is tried')
    .option('--rollout <percent>', 'share of the predictions (default 10)')
    .option('--min-samples <n>', 'its receipts before it can pass (default 50)')
    .option('--max-error-rate <share>', 'most that may fail, whatever the control does (default 0.3)')
    .option('--alpha <chance>', 'chance of stopping a harmless one (default 0.01)')
    .option('--margin <share>', 'how much more may fail than of the control (default 0.05)')
    .option('--reason <words>', 'kept with it');
  add(start.option('--json', 'print JSON'), async () => (await commands()).start);
  const stop = canary.command('stop').description('end the canary of a signature');
  stop.argument('<signature>').option('--reason <words>', 'kept with it');
  add(stop.option('--json', 'print JSON'), async () => (await commands()).stop);
  const status = canary.command('status').description('canaries with their counts, the latest first');
  add(status.argument('[signature]').option('--json', 'print JSON'), async () => (await commands()).status);
  const history = canary.command('history').description('what became of a canary, row by row');
  add(history.argument('<canary>').option('--json', 'print JSON'), async () => (await commands()).history);
  const judge = canary.command('judge').description('say of a counted prediction that its output is good or bad');
  judge.argument('<receipt>').argument('<verdict>', 'good or bad');
  add(judge.option('--json', 'print JSON'), async () => (await commands()).judge);
}
