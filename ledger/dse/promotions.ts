// What gates found. A promotion, the look at the holdout that it stands on and the pointer that it moved are one synced batch, decided
// while nobody else writes: no look is lost, and none is counted twice.
import {
  type Look,
  type Promotion,
  type PromotionPage,
  type PromotionSelection,
  promotionSchema,
} from '../../protocol/dse/promotion.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_PROMOTIONS, promotionKey, promotionsBeginningWith } from '../store/keys.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';
import { normalisePrefix } from '../unique-prefix.ts';
import { lookRow, looksAt } from './looks.ts';

/** What is to be written, all of it or nothing. */
export interface GateRecord {
  readonly promotion: Promotion;
  /** Absent where it stands on a look that was counted before. */
  readonly look?: Look;
  /** What makes the candidate the one in force; empty where it is not to be. */
  readonly pointer: readonly Row[];
}

export class Promotions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Decides and writes while nobody else writes to the store.
   * @param decide by the looks of the signature so far, oldest first; it MUST NOT write
   * @throws PylonError `store-failed`, or what `decide` throws; nothing is written then
   */
  record(signatureId: string, decide: (looks: readonly Look[]) => Promise<GateRecord>): Promise<Promotion> {
    return this.#store.exclusive(async (write) => {
      const { promotion, look, pointer } = await decide(await looksAt(this.#store, signatureId));
      const rows = [put(promotionKey(promotion.promotionId), encodeValue(promotion)), ...pointer];
      await write(look === undefined ? rows : [...rows, lookRow(signatureId, look)], { sync: true });
      return promotion;
    });
  }

  /** @param given an id, or a prefix that only one has. @throws PylonError `promotion-unknown` | `store-*` */
  async read(given: string): Promise<Promotion> {
    const prefix = normalisePrefix(given);
    if (prefix === undefined) throw new PylonError('promotion-unknown', { value: given });
    const found: Promotion[] = [];
    for await (const [key, bytes] of this.#store.rows(promotionsBeginningWith(prefix), { limit: 2 }))
      found.push(readPromotion(bytes, key));
    if (found.length > 1)
      throw new PylonError('promotion-unknown', { value: given, reason: 'several promotions begin with this' });
    if (found[0] === undefined) throw new PylonError('promotion-unknown', { value: given });
    return found[0];
  }

  /** Newest first. @throws PylonError `store-*` */
  async page({ signature, before, limit }: PromotionSelection): Promise<PromotionPage> {
    const range = before === undefined ? ALL_PROMOTIONS : { gte: ALL_PROMOTIONS.gte, lt: promotionKey(before) };
    const promotions: Promotion[] = [];
    for await (const [key, bytes] of this.#store.rows(range, { reverse: true })) {
      const promotion = readPromotion(bytes, key);
      if (signature !== undefined && promotion.signatureId !== signature) continue;
      if (promotions.length === limit) return { promotions, next_before: promotions.at(-1)?.promotionId ?? null };
      promotions.push(promotion);
    }
    return { promotions, next_before: null };
  }

  /** The latest that `isIt` says it of. @throws PylonError `store-*` */
  async latest(isIt: (promotion: Promotion) => boolean): Promise<Promotion | undefined> {
    for await (const [key, bytes] of this.#store.rows(ALL_PROMOTIONS, { reverse: true })) {
      const promotion = readPromotion(bytes, key);
      if (isIt(promotion)) return promotion;
    }
    return undefined;
  }
}

function readPromotion(bytes: Uint8Array, key: string): Promotion {
  const parsed = promotionSchema.safeParse(decodeValue(bytes, key));
  if (parsed.success) return parsed.data;
  throw new PylonError('store-corrupt', { value: key, reason: 'a promotion of the store is damaged' });
}
