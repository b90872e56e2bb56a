// `pylon bench`: finds the harness and hands over to it. It lives in bench/, above this floor, and so is no import: it is loaded by its place
// in the build, through the interface below. An installed package has no bench/, and then it is said so.
import { access } from 'node:fs/promises';
import { PylonError } from '../../../protocol/errors.ts';
import { PACKAGE } from '../../package-folder.ts';
import type { CommandBody } from '../command.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';

/** What the harness exports. Its bodies report their own errors and never throw. */
interface Harness {
  readonly run: CommandBody;
  readonly compare: CommandBody;
  readonly examples: CommandBody;
  readonly choices: CommandBody;
  readonly tactic: CommandBody;
}

/** Where the build puts it. */
const HARNESS_FOLDER = new URL('out/bench/long-context/', PACKAGE);
const HARNESS_FILE = 'entry.js';

/** @throws PylonError `bench-unavailable` */
async function harness(): Promise<Harness> {
  const place = new URL(HARNESS_FILE, HARNESS_FOLDER);
  await access(place).catch((cause: unknown) => {
    throw new PylonError('bench-unavailable', { cause });
  });
  return import(place.href);
}

export async function benchRun(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return (await harness()).run(context, words, flags);
}

export async function benchCompare(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return (await harness()).compare(context, words, flags);
}

export async function benchExamples(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return (await harness()).examples(context, words, flags);
}

export async function benchTactic(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return (await harness()).tactic(context, words, flags);
}

export async function benchChoices(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return (await harness()).choices(context, words, flags);
}
