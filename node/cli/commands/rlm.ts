// `pylon rlm "…" --file …`: one question from flags to a cited answer on stdout.
import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { PylonError } from '../../../protocol/errors.ts';
import { QUERY_CHARS_MAX } from '../../../protocol/limits.ts';
import type { RunRequest } from '../../engine/port.ts';
import { homeOf, openHome } from '../../home.ts';
import { type Spool, spoolInput } from '../../input/spool.ts';
import { loadConfig } from '../../settings/config.ts';
import { withSchema } from '../../settings/schema-option.ts';
import { answerRun } from '../answer-run.ts';
import type { CliContext } from '../context.ts';
import { accessEngine } from '../engine-access.ts';
import { type Flags, runOptionsOf } from '../flags.ts';
import { Notices } from '../notices.ts';

const STANDARD_INPUT = '-';
const STANDARD_INPUT_NAME = 'stdin';

/** True when something was piped or redirected into us; an inherited terminal or /dev/null is not input. */
function isPiped(context: CliContext): boolean {
  const { stdin } = context;
  if (stdin.isTTY === true) return false;
  if (stdin.fd === undefined) return true;
  const kind = fstatSync(stdin.fd);
  return kind.isFIFO() || kind.isFile();
}

/** What to read: --file, then words after the question, then a pipe. @throws PylonError `input-missing` | `option-invalid` */
function inputsOf(context: CliContext, words: readonly string[], flags: Flags): string[] {
  const named = [...((flags.file as readonly string[] | undefined) ?? []), ...words.slice(1)];
  if (named.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw new PylonError('option-invalid', { value: STANDARD_INPUT, reason: 'standard input can be read only once' });
  }
  if (named.includes('')) {
    throw new PylonError('input-missing', {
      value: '',
      reason: 'the path is empty',
      next: 'is the variable set that --file was given?',
    });
  }
  if (named.length > 0) return named;
  if (isPiped(context)) return [STANDARD_INPUT];
  throw new PylonError('input-missing', {
    reason: 'no input is named',
    next: 'add --file <path>, or pipe text into the command',
  });
}

function questionOf(words: readonly string[]): string {
  const [question = ''] = words;
  if (question.trim() === '') throw new PylonError('query-empty', words.length === 0 ? {} : { value: question });
  if (question.length > QUERY_CHARS_MAX)
    throw new PylonError('query-too-long', { value: `${question.length} characters` });
  return question;
}

/** Reads standard input to a file where it is asked for; the request names only files. */
async function requestOf(
  context: CliContext,
  query: string,
  inputs: readonly string[],
  options: RunRequest['options'],
): Promise<{ request: RunRequest; spool: Spool | undefined }> {
  let spool: Spool | undefined;
  const displayNames: Record<string, string> = {};
  for (const input of inputs) {
    if (input === STANDARD_INPUT) {
      const home = homeOf(context.environment);
      if (options.log) await openHome(home);
      spool = await spoolInput(context.stdin, options.log ? home : undefined);
      displayNames[spool.path] = STANDARD_INPUT_NAME;
    } else {
      displayNames[resolve(context.cwd, input)] = input;
    }
  }
  return { request: { query, files: Object.keys(displayNames), displayNames, options }, spool };
}

/** The body of `pylon rlm`. @returns 0 answer, 1 failed, 2 usage, 3 budget, 4 quorum or verification, 130 interrupted */
export async function rlm(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const query = questionOf(words);
  const config = await loadConfig(homeOf(context.environment), context.environment);
  const options = await withSchema(runOptionsOf(flags, config), context.cwd);
  const inputs = inputsOf(context, words, flags);
  const notices = new Notices(context.stderr);
  const { request, spool } = await requestOf(context, query, inputs, options);
  try {
    const engine = await accessEngine(context, notices, options.log ? 'disk' : 'memory');
    try {
      const locations = new Map(spool === undefined ? [] : [[STANDARD_INPUT_NAME, spool.path] as const]);
      const begin = (signal: AbortSignal) => engine.start(request, signal);
      return await answerRun({ context, engine, notices, locations, json: flags.json === true }, begin);
    } finally {
      await engine.close();
    }
  } finally {
    await spool?.remove();
  }
}
