// `pylon init`: makes the identity of this home, or shows the one there is. The words are secret: they are
// printed only when asked for.
import type { Readable } from 'node:stream';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { homeOf, homePaths, openHome } from '../../home.ts';
import { openIdentity } from '../../identity.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';

/** 24 words of 8 letters are 215 bytes. */
const MNEMONIC_BYTES_MAX = 1_024;

async function readWords(stdin: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stdin) {
    parts.push(Buffer.from(part));
    bytes += parts.at(-1)?.length ?? 0;
    // The first line is enough on a terminal, where there may be no end of input.
    if (bytes > MNEMONIC_BYTES_MAX || parts.at(-1)?.includes(10) === true) break;
  }
  const words = Buffer.concat(parts).toString('utf8').trim();
  if (bytes <= MNEMONIC_BYTES_MAX && words !== '') return words;
  throw new PylonError('identity-invalid', {
    reason: words === '' ? 'no words came on standard input' : 'what came on standard input is too long for a mnemonic',
    next: 'pipe the 12 or 24 words into `pylon init --import`',
  });
}

export async function init(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const home = homeOf(context.environment);
  await openHome(home);
  if (flags.import === true && context.stdin.isTTY === true) context.stderr.write('the words, on one line:\n');
  const words = flags.import === true ? await readWords(context.stdin) : undefined;
  const identity = await openIdentity(home, context.random, words);
  const what = identity.created ? 'new identity in' : 'this home already has an identity:';
  context.stderr.write(`${what} ${homePaths.identity(home)}\n`);
  context.stdout.write(`${identity.npub}\n`);
  if (flags.showMnemonic === true) {
    context.stderr.write('whoever has these words is you; keep them offline:\n');
    context.stdout.write(`${identity.mnemonic}\n`);
  }
  return EXIT.answer;
}
