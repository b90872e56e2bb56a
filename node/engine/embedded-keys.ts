// Who the embedded parts of a home are: asker, providers and hub all have keys derived from one secret of their own
// (embedded.key, 0600), so that what they own is found again. It is not the identity: play money is not the user's name.
import { PylonError } from '../../protocol/errors.ts';
import { isHex } from '../../protocol/event.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { homePaths } from '../home.ts';
import { openSecret } from '../secret-file.ts';
import type { EngineOptions } from './port.ts';

/** The root of all embedded keys; with `--no-log` a new one each time. @throws PylonError `home-unwritable` | `identity-invalid` */
export async function embeddedKeys({ home, store, random }: EngineOptions): Promise<KeyPair> {
  const randomBytes = (length: number) => random.bytes(length);
  if (store === 'memory') return KeyPair.generate(randomBytes);
  const path = homePaths.embeddedKey(home);
  const secret = await openSecret(path, random);
  if (isHex(secret, 64)) return new KeyPair(Buffer.from(secret, 'hex'), randomBytes);
  throw new PylonError('identity-invalid', {
    value: path,
    reason: 'the key of the embedded wallet and providers is damaged',
    next: 'restore it from a backup, or move it and the folder hub away to begin anew with play money',
  });
}
