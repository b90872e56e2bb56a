// `pylon rlm tag <run> accuracy=0.84`: scores, experiment and note of a run that is over.
import { type Annotation, annotationSchema } from '../../../protocol/annotation.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableJson, printableLine } from '../printable.ts';

/** `name=value`; without a value the score is taken away. */
const SCORE = /^([^=]+)=(.*)$/s;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws PylonError `option-invalid` naming the word */
function scoreOf(word: string): [name: string, value: number | null] {
  const [, name = '', value = ''] = SCORE.exec(word) ?? [];
  if (name !== '' && (value === '' || NUMBER.test(value))) return [name, value === '' ? null : Number(value)];
  throw new PylonError('option-invalid', {
    value: word,
    reason: 'a score is name=number, or name= to take it away',
    next: 'write `pylon rlm tag <run> accuracy=0.84`',
  });
}

/** @throws PylonError `option-invalid` */
function annotationOf(words: readonly string[], flags: Flags): Annotation {
  const { experiment, note } = flags;
  const scores = Object.fromEntries(words.map(scoreOf));
  const given = {
    ...(words.length === 0 ? {} : { scores }),
    ...(experiment === undefined ? {} : { experiment: experiment === false ? null : experiment }),
    ...(note === undefined ? {} : { note: note === '' ? null : note }),
  };
  if (Object.keys(given).length === 0)
    throw new PylonError('option-invalid', {
      value: '',
      reason: 'there is nothing to say of the run',
      next: 'give a score (accuracy=0.84), --experiment, --no-experiment or --note',
    });
  const parsed = annotationSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const [field = '', name] = issue?.path ?? [];
  throw new PylonError('option-invalid', { value: String(name ?? field), reason: issue?.message ?? 'is not valid' });
}

/** Prints what the run has now. */
export async function tag(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [prefix = '', ...scores] = words;
  const annotation = annotationOf(scores, flags);
  const record = await withEngine(context, new Notices(context.stderr), async (engine) =>
    engine.runs.annotate(await engine.runs.resolve(prefix), annotation),
  );
  if (flags.json === true) {
    context.stdout.write(`${printableJson(record)}\n`);
    return EXIT.answer;
  }
  const told = Object.entries(record.scores ?? {}).map(([name, value]) => `${name}=${value}`);
  const filed = record.experiment === null ? [] : [`experiment ${printableLine(record.experiment)}`];
  context.stdout.write(`${[record.id, ...filed, ...told].join('  ')}\n`);
  return EXIT.answer;
}
