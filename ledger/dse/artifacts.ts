// Compiled artifacts in the store, under the hash that is their name: one that is there never changes, and keeping it again is nothing new.
import { type CompiledArtifact, readArtifact } from '../../protocol/dse/artifact.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_ARTIFACTS, artifactKey, artifactsBeginningWith } from '../store/keys.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

/** Of a prefix that several begin with, so many are named. */
const NAMED_MAX = 5;

/** The row of an artifact, for whoever stores it with what is true together with it. */
export function artifactRow(artifact: CompiledArtifact): Row {
  return put(artifactKey(artifact.compiled_id), encodeValue(artifact));
}

export class StoredArtifacts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param compiledId whole. At once. @throws PylonError `store-corrupt` */
  now(compiledId: string): CompiledArtifact | undefined {
    const value = this.#store.valueNow(artifactKey(compiledId));
    return value === undefined ? undefined : sound(value, compiledId);
  }

  /** @param prefix of its name, unique. @throws PylonError `artifact-unknown` | `store-*` */
  async read(prefix: string): Promise<CompiledArtifact> {
    const unknown = (reason?: string) =>
      new PylonError('artifact-unknown', { value: prefix, ...(reason === undefined ? {} : { reason }) });
    if (!/^[0-9a-f]{1,64}$/.test(prefix)) throw unknown();
    const found: CompiledArtifact[] = [];
    for await (const [key, bytes] of this.#store.rows(artifactsBeginningWith(prefix), { limit: NAMED_MAX }))
      found.push(sound(decodeValue(bytes, key), key));
    const [artifact, ...others] = found;
    if (artifact === undefined) throw unknown();
    if (others.length > 0)
      throw unknown(`several begin with this: ${found.map(({ compiled_id }) => compiled_id).join(', ')}`);
    return artifact;
  }

  /** By their names. @param signatureId of all signatures when absent. @throws PylonError `store-*` */
  async list(signatureId?: string): Promise<CompiledArtifact[]> {
    const all: CompiledArtifact[] = [];
    for await (const [key, bytes] of this.#store.rows(ALL_ARTIFACTS)) {
      const artifact = sound(decodeValue(bytes, key), key);
      if (signatureId === undefined || artifact.signatureId === signatureId) all.push(artifact);
    }
    return all;
  }

  /** Durable once this resolves. @returns false where it was there. @throws PylonError `store-failed` */
  async keep(artifact: CompiledArtifact): Promise<boolean> {
    if (this.#store.has(artifactKey(artifact.compiled_id))) return false;
    await this.#store.write([artifactRow(artifact)], { sync: true });
    return true;
  }
}

function sound(value: unknown, key: string): CompiledArtifact {
  try {
    return readArtifact(value);
  } catch (cause) {
    throw new PylonError('store-corrupt', { value: key, reason: 'an artifact is not what its name says', cause });
  }
}
