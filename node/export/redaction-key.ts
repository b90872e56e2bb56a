// The key of this home's redactions: who replaces a node's key or a hash by it gets the same stand-in each time, and nobody
// else can make it. Derived from the secret of the embedded parts, so that there is no further file to keep.
import { createHmac } from 'node:crypto';
import type { Random } from '../../conductor/ports.ts';
import { homePaths } from '../home.ts';
import { openSecret } from '../secret-file.ts';

const PURPOSE = 'pylon/redaction/v1';

/** 32 bytes, the same as long as the home keeps its `embedded.key`. @throws PylonError `home-unwritable` */
export async function redactionKey(home: string, random: Random): Promise<Uint8Array> {
  const secret = await openSecret(homePaths.embeddedKey(home), random);
  return createHmac('sha256', secret).update(PURPOSE).digest();
}
