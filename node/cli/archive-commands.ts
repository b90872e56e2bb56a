// `pylon rlm export` and `import` as people see them: runs that leave, and come back.
import { type Command, Option } from 'commander';
import type { Add } from './command.ts';

/** @param command that exports */
function addExportFlags(command: Command): Command {
  return command
    .option('--format <format>', 'folder (default), jsonl, csv, otlp, perfetto or html, a page to share')
    .option('--output <path>', 'where; `-` is standard output (default: runs/<run> in PYLON_HOME, a file here)')
    .option(
      '--redact <rules>',
      'none, share (default for html), leaving (default for a collector), all, or rules by name',
    )
    .option('--preview', 'only tell what would be removed')
    .option('--otlp-endpoint <url>', 'send it to an OpenTelemetry collector instead');
}

/** @param rlm whose commands they are */
export function addArchive(rlm: Command, add: Add): void {
  const exporting = rlm
    .command('export')
    .description('write a run or an experiment as folder or file')
    .argument('[run]');
  exporting.option('--experiment <name>', 'all its runs').addOption(new Option('--to <folder>').hideHelp());
  add(addExportFlags(exporting), async () => (await import('./commands/export.ts')).exportRuns);
  const importing = rlm.command('import').description('read an open run folder or a file of runs back');
  importing.argument('<path>', 'a folder, or a file of `export --format jsonl`');
  add(importing, async () => (await import('./commands/archive.ts')).importRun);
}

/** @param experiment whose command it is: the same export, of all its runs */
export function addExperimentExport(experiment: Command, add: Add): void {
  const exporting = experiment.command('export').description('its runs as folders or a file').argument('<name>');
  add(addExportFlags(exporting), async () => {
    const { exportRuns } = await import('./commands/export.ts');
    return (context, [name], flags) => exportRuns(context, [], { ...flags, experiment: name });
  });
}
