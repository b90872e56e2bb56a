// JSON that a command is given as a file, or on standard input.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { systemReason } from '../../ledger/store/fault.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { CliContext } from './context.ts';

/** @param path `-` is standard input. @throws PylonError `input-missing` | `request-invalid` where it is not JSON */
export async function readJsonInput({ stdin, cwd }: Pick<CliContext, 'stdin' | 'cwd'>, path: string): Promise<unknown> {
  let text: string;
  try {
    text = path === '-' ? await textOf(stdin) : await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    const reason = systemReason(cause);
    throw new PylonError('input-missing', { value: path, cause, ...(reason === undefined ? {} : { reason }) });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PylonError('request-invalid', {
      value: path,
      reason: 'the input is not JSON',
      next: 'see what the signature takes by `pylon dse signatures --json`',
      cause,
    });
  }
}
