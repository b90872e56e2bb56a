// Nights of improvement on disk: one row each, written anew after every step. A night whose process died is found by its status.
import type { Night, NightPage, NightSelection } from '../../protocol/dse/overnight.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_NIGHTS, nightKey, nightsBeginningWith } from '../store/keys.ts';
import { put, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';
import { normalisePrefix } from '../unique-prefix.ts';

export class Nights {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Survives a power cut once this resolves. @throws PylonError `store-failed`; the night is then what it was */
  keep(night: Night): Promise<void> {
    return this.#store.write([put(nightKey(night.nightId), encodeValue(night))], { sync: true });
  }

  /** @param given an id, or a unique prefix of one, any letter case. @throws PylonError `night-unknown` | `store-*` */
  async read(given: string): Promise<Night> {
    const prefix = normalisePrefix(given);
    const found: Night[] = [];
    if (prefix !== undefined)
      for await (const [key, bytes] of this.#store.rows(nightsBeginningWith(prefix), { limit: 2 }))
        found.push(decodeValue(bytes, key) as Night);
    const [night, other] = found;
    if (night === undefined) throw new PylonError('night-unknown', { value: given });
    if (other === undefined) return night;
    throw new PylonError('night-unknown', {
      value: given,
      reason: 'several nights begin with this',
      next: 'give more of it',
    });
  }

  /** @throws PylonError `store-*` */
  async list({ signature, before, limit }: NightSelection): Promise<NightPage> {
    const nights: Night[] = [];
    const down = before === undefined ? ALL_NIGHTS : { gte: ALL_NIGHTS.gte, lt: nightKey(before) };
    for await (const [key, bytes] of this.#store.rows(down, { reverse: true })) {
      const night = decodeValue(bytes, key) as Night;
      if (signature !== undefined && night.signatureId !== signature) continue;
      if (nights.length === limit) return { nights, next_before: nights.at(-1)?.nightId ?? null };
      nights.push(night);
    }
    return { nights, next_before: null };
  }
}
