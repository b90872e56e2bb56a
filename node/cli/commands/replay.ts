// `pylon rlm replay <run>`: goes through a recorded exploration again, without a model, and says whether it came to the same output.
import { EXIT } from '../../../protocol/errors.ts';
import { plural } from '../../../protocol/words.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableJson } from '../printable.ts';

/** @returns 0 when the output is the same; what differs is an error */
export async function replay(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [prefix = ''] = words;
  const report = await withEngine(context, new Notices(context.stderr), async (engine) =>
    engine.replay(await engine.runs.resolve(prefix)),
  );
  if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
  else
    context.stdout.write(
      `the same: ${plural(report.iterations, 'step')} replayed without a model, output ${report.output_hash}\n`,
    );
  return EXIT.answer;
}
