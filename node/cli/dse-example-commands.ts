// `pylon dse examples`, `label`, `mine` and `tactics` as people see them: from runs to labelled examples.
import type { Command } from 'commander';
import type { Add } from './command.ts';
import { repeatable } from './repeatable.ts';

/** Words and flags of what is one example. */
function one(command: Command): Command {
  return command.argument('<signature>', 'as @pylon/rlm/LongContextQa.v1').argument('<example>', 'its id');
}

export function addDseExamples(dse: Command, add: Add): void {
  const examples = dse.command('examples').description('labelled examples: list, add, edit, remove, import, export');
  const commands = () => import('./commands/dse-examples.ts');
  const list = examples
    .command('list')
    .description('the examples, by signature and id; how many there are on each side');
  list
    .option('--signature <id>', 'only those of this signature')
    .option('--split <split>', 'only train, dev or holdout')
    .option('--review <state>', 'only approved, pending or rejected')
    .option('--tag <tag>', 'only those with this tag')
    .option('--after <cursor>', 'those behind this page')
    .option('--limit <n>', 'how many (default 50)');
  add(list.option('--json', 'print JSON'), async () => (await commands()).list);
  const adding = examples.command('add').description('add one example, or change the one with its id');
  adding
    .argument('<signature>', 'as @pylon/rlm/LongContextQa.v1')
    .requiredOption('--input <file>', 'its input as JSON; `-` is standard input')
    .requiredOption('--expected <file>', 'the output that is right, as JSON')
    .option('--id <id>', 'what it is called (default: by what it asks)')
    .option('--split <split>', 'train (default), dev or holdout')
    .option('--tag <tag>', 'a tag; may be given several times', repeatable)
    .option('--json', 'print JSON');
  add(adding, async () => (await commands()).addOne);
  const edit = one(
    examples.command('edit').description('change one; what asks nearly the same goes to the other side with it'),
  );
  edit
    .option('--input <file>', 'another input')
    .option('--expected <file>', 'another output')
    .option('--split <split>', 'train, dev or holdout')
    .option('--tag <tag>', 'its tags from now on; may be given several times', repeatable)
    .option('--json', 'print the example as JSON');
  add(edit, async () => (await commands()).edit);
  const remove = one(examples.command('remove').description('take one away; what was mined is better rejected'));
  add(remove, async () => (await commands()).remove);
  const importing = examples.command('import').description('read a file of JSON lines: all of them or none');
  importing
    .argument('<file>')
    .option('--signature <id>', 'of lines that name none')
    .option('--split <split>', 'of lines that name none: train (default), dev, holdout; auto deals all out anew')
    .option('--seed <n>', 'of --split auto (default 1)')
    .option('--json', 'print JSON');
  add(importing, async () => (await commands()).importFile);
  const exporting = examples.command('export').description('the examples as JSON lines, in order');
  exporting
    .option('--signature <id>', 'only those of this signature')
    .option('--split <split>', 'only train, dev or holdout')
    .option('--review <state>', 'only approved, pending or rejected')
    .option('--output <file>', 'where to (default: standard output)');
  add(exporting, async () => (await commands()).exportLines);
  const label = dse.command('label').description('the examples that wait for a person, or a word on one of them');
  label
    .argument('[signature]', 'of the example')
    .argument('[example]', 'its id')
    .option('--approve', 'it is right')
    .option('--correct <file>', 'this JSON is right; `-` is standard input')
    .option('--reject', 'it is not to be learnt from')
    .option('--note <text>', 'why')
    .option('--limit <n>', 'how many of the queue (default 50)')
    .option('--json', 'print JSON');
  add(label, async () => (await import('./commands/dse-label.ts')).label);
  addMining(dse, add);
}

/** Which explorations are looked at. */
function scoped(command: Command): Command {
  return command
    .requiredOption('--signature <id>', 'explorations of this signature')
    .option('--run <run>', 'only those of this run')
    .option('--since <time>', 'only later ones: 24h, 7d, 2w, a day or a moment')
    .option('--limit <n>', 'the newest so many (default 1000)');
}

function addMining(dse: Command, add: Add): void {
  const mine = scoped(
    dse.command('mine').description('make examples of good explorations; says of each other one why not'),
  );
  mine
    .option('--split <split>', 'train (default), dev or holdout')
    .option('--tag <tag>', 'a tag of what is found; may be given several times', repeatable)
    .option('--unverified', 'also what nobody confirmed, for a person to judge')
    .option('--dry-run', 'write nothing')
    .option('--json', 'print JSON');
  add(mine, async () => (await import('./commands/dse-mine.ts')).mine);
  const tactics = scoped(
    dse.command('tactics').description('what explorations did alike: when, how often, how well, at what cost'),
  );
  tactics
    .option('--min-traces <n>', 'explorations that must have done the same (default 2)')
    .option('--draft <tactic>', 'this one as the draft of a strategy, with its examples')
    .option('--name <name>', 'of the draft: distilled.<name>.v0')
    .option('--output <file>', 'where the draft goes (default: standard output)')
    .option('--json', 'print JSON');
  add(tactics, async () => (await import('./commands/dse-mine.ts')).tactics);
}
