// A secret of this home in a file of its own: 32 random bytes as hex digits, 0600, made when first asked for. Of two
// processes that race both end with the same one.
import type { Random } from '../conductor/ports.ts';
import { PylonError } from '../protocol/errors.ts';
import { createPrivateFile, readPrivateFile } from './home.ts';

const SECRET_BYTES = 32;

/** The secret in the file; undefined when there is none yet. */
export async function readSecret(path: string): Promise<string | undefined> {
  const secret = (await readPrivateFile(path))?.trim();
  return secret === '' ? undefined : secret;
}

/** The secret in the file, 64 hex digits unless somebody wrote another one there. @throws PylonError `home-unwritable` */
export async function openSecret(path: string, random: Random): Promise<string> {
  const existing = await readSecret(path);
  if (existing !== undefined) return existing;
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('hex');
  if (await createPrivateFile(path, `${secret}\n`)) return secret;
  const other = await readSecret(path);
  if (other !== undefined) return other;
  throw new PylonError('home-unwritable', { value: path, reason: 'the file of a secret is empty' });
}
