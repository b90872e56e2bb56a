// `pylon doctor`: checks what a run needs of this machine, one line each, with the next step where one is needed.
import { EXIT } from '../../../protocol/errors.ts';
import { CHECKS } from '../../doctor/checks.ts';
import type { Finding } from '../../doctor/finding.ts';
import { homeOf } from '../../home.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';
import { printableJson, printableLine } from '../printable.ts';

/** @returns 1 when a check fails; a warning is none */
export async function doctor(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const { environment, clock, random } = context;
  const scene = { home: homeOf(environment), environment, clock, random };
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    for (const finding of await check(scene)) {
      findings.push(finding);
      if (flags.json === true) continue;
      const next = finding.next === undefined ? '' : `: ${finding.next}`;
      context.stdout.write(
        `${finding.state.padEnd(4)}  ${finding.what.padEnd(9)} ${printableLine(`${finding.words}${next}`)}\n`,
      );
    }
  }
  if (flags.json === true) context.stdout.write(`${printableJson(findings)}\n`);
  return findings.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.answer;
}
