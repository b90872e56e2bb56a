// The entry of the CLI: parses the arguments, runs one command, turns whatever it throws into one clear
// line on stderr and an exit code. Nothing heavy is imported before a command needs it.

import '../v8-flags.ts';
import type { CommanderError } from 'commander';
import { EXIT, PylonError, toPylonError } from '../../protocol/errors.ts';
import { type CliContext, processContext } from './context.ts';
import { printable } from './printable.ts';
import { buildProgram } from './program.ts';

/** Commander's messages as ours: what was written, what is wrong with it, what to do. */
function usageError(error: CommanderError): PylonError {
  const words = error.message.replace(/^error: /, '');
  const quoted = /'([^']*)'/.exec(words)?.[1];
  const guess = /\(Did you mean (?:one of )?([^?]+)\?\)/.exec(words)?.[1];
  const reason = (words.split('\n')[0] ?? words).replace(/ '[^']*'/, '').replace(/\.$/, '');
  return new PylonError('option-invalid', {
    reason,
    ...(quoted === undefined ? {} : { value: quoted }),
    ...(guess === undefined ? {} : { next: `did you mean ${guess}?` }),
  });
}

function isCommanderError(thrown: unknown): thrown is CommanderError {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('commander.');
}

/** True when it only means that help or the version was printed. */
function isShown(error: CommanderError): boolean {
  return (
    error.code === 'commander.helpDisplayed' || error.code === 'commander.version' || error.code === 'commander.help'
  );
}

/** `pylon: <code>: <reason> ("<value>"): <next step>` on one line. */
export function reportError(context: CliContext, thrown: unknown): number {
  const error = toPylonError(thrown);
  const line = printable(error.message).replace(/\s*\n\s*/g, ' ');
  context.stderr.write(`pylon: ${error.code}: ${line}\n`);
  const { cause } = error;
  // A fault of ours: whoever reports it needs to say where.
  if (error.code === 'internal' && cause instanceof Error) context.stderr.write(`${printable(cause.stack ?? '')}\n`);
  return error.exitCode;
}

/** Runs one command. @returns its exit code (design, "Edges"); never throws */
export async function main(context: CliContext): Promise<number> {
  let code: number = EXIT.answer;
  const program = buildProgram(context, (exitCode) => {
    code = exitCode;
  });
  try {
    if (context.argv.length === 0) {
      context.stderr.write(program.helpInformation());
      return EXIT.usage;
    }
    await program.parseAsync(context.argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (!isCommanderError(thrown)) return reportError(context, thrown);
    return isShown(thrown) ? EXIT.answer : reportError(context, usageError(thrown));
  }
}

/** Resolves once everything written to the stream is out. */
function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** The process's own run: bin/pylon.js calls it. */
export async function runProcess(): Promise<void> {
  const context = processContext();
  // A reader that went away (`pylon … | head`) ends us quietly, as it ends every Unix tool.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.failed));
  process.on('uncaughtException', (thrown) => process.exit(reportError(context, thrown)));
  const code = await main(context);
  await drained(process.stdout);
  await drained(process.stderr);
  process.exit(code);
}
