// Who this home is on the wire: a NIP-06 mnemonic and the key derived from it, in identity.json (0600).
// The derived key is kept beside the words so that a start never pays for the derivation again.
import { z } from 'zod';
import type { Random } from '../conductor/ports.ts';
import { PylonError } from '../protocol/errors.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { createPrivateFile, homePaths, openHome, readPrivateFile } from './home.ts';

const hexKey = z.string().regex(/^[0-9a-f]{64}$/);

const identityFileSchema = z.object({
  v: z.literal(1),
  npub: z.string().regex(/^npub1[02-9ac-hj-np-z]{58}$/),
  public_key: hexKey,
  secret_key: hexKey,
  /** NIP-06 words; the key is m/44'/1237'/0'/0/0. */
  mnemonic: z.string().min(1).max(512),
});

type IdentityFile = z.infer<typeof identityFileSchema>;

export interface Identity {
  readonly npub: string;
  readonly keyPair: KeyPair;
  /** The secret words: shown only when the user asks for them. */
  readonly mnemonic: string;
  /** True when this call made it. */
  readonly created: boolean;
}

function decode(text: string, path: string): IdentityFile {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PylonError('identity-invalid', { value: path, reason: 'the identity file is not JSON' }); // the cause quotes the file
  }
  const parsed = identityFileSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new PylonError('identity-invalid', { value: path, reason: `the identity file is damaged at "${field}"` });
}

function toIdentity(file: IdentityFile, path: string, random: Random, created: boolean): Identity {
  const keyPair = new KeyPair(new Uint8Array(Buffer.from(file.secret_key, 'hex')), (length) => random.bytes(length));
  if (keyPair.publicKey !== file.public_key) {
    throw new PylonError('identity-invalid', { value: path, reason: 'the public key is not that of the secret key' });
  }
  return { npub: file.npub, keyPair, mnemonic: file.mnemonic, created };
}

/** Derives the key of a mnemonic; a new mnemonic when none is given. @throws PylonError `identity-invalid` */
async function derive(words: string | undefined): Promise<IdentityFile> {
  const nip06 = await import('nostr-tools/nip06');
  const mnemonic = words?.trim().toLowerCase().split(/\s+/).join(' ') ?? nip06.generateSeedWords();
  if (!nip06.validateWords(mnemonic)) {
    throw new PylonError('identity-invalid', {
      reason: 'the words are not a BIP-39 mnemonic: a word is misspelt or missing',
      next: 'give the 12 or 24 words in their order',
    });
  }
  const account = nip06.accountFromSeedWords(mnemonic);
  const { npubEncode } = await import('nostr-tools/nip19');
  return {
    v: 1,
    npub: npubEncode(account.publicKey),
    public_key: account.publicKey,
    secret_key: Buffer.from(account.privateKey).toString('hex'),
    mnemonic,
  };
}

/** The identity of a home, undefined when it has none yet. @throws PylonError `identity-invalid` */
export async function readIdentity(home: string, random: Random): Promise<Identity | undefined> {
  const path = homePaths.identity(home);
  let text: string | undefined;
  try {
    text = await readPrivateFile(path);
  } catch (cause) {
    throw new PylonError('identity-invalid', { value: path, reason: 'the identity file cannot be read', cause });
  }
  return text === undefined ? undefined : toIdentity(decode(text, path), path, random, false);
}

/**
 * The identity of a home, made now when it has none. Two processes that race end with the same one.
 * @param mnemonic words to make it from; refused when the home already has another identity
 * @throws PylonError `identity-invalid` | `home-unwritable`
 */
export async function openIdentity(home: string, random: Random, mnemonic?: string): Promise<Identity> {
  const existing = await readIdentity(home, random);
  if (existing !== undefined && mnemonic === undefined) return existing;
  const path = homePaths.identity(home);
  const file = await derive(mnemonic);
  if (existing === undefined) {
    await openHome(home);
    if (await createPrivateFile(path, `${JSON.stringify(file, null, 2)}\n`))
      return toIdentity(file, path, random, true);
  }
  const kept = existing ?? (await readIdentity(home, random));
  if (kept === undefined) throw new PylonError('identity-invalid', { value: path, reason: 'the identity vanished' });
  if (mnemonic !== undefined && kept.keyPair.publicKey !== file.public_key) {
    throw new PylonError('identity-invalid', {
      value: kept.npub,
      reason: 'this home already has another identity',
      next: 'move identity.json away first, or set PYLON_HOME elsewhere',
    });
  }
  return kept;
}
