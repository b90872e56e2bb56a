// What gates found. A promotion, the look at the holdout that it stands on and the pointer that it moves are one synced batch, and one gate
// decides at a time: no look is lost, and none is counted twice.
import type { PointerRow } from '../../protocol/dse/artifact.ts';
import {
  type Look,
  type Promotion,
  type PromotionPage,
  type PromotionSelection,
  promotionSchema,
} from '../../protocol/dse/promotion.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_PROMOTIONS, promotionKey, promotionsBeginningWith } from '../store/keys.ts';
import { Serial } from '../store/serial.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';
import { normalisePrefix } from '../unique-prefix.ts';
import { lookRow, looksAt } from './looks.ts';

/** What is to be written, all of it or nothing. */
export interface GateRecord {
  readonly promotion: Promotion;
  /** Absent where it stands on a look that was counted before. */
  readonly look?: Look;
}

/** Where pointers are moved (ledger/dse/pointers.ts). */
export interface PointerMover {
  /**
   * @param beside stored in the same batch
   * @throws PylonError `pointer-moved` where something else is in force than was expected, `store-failed`; nothing is written then
   */
  promote(
    move: Omit<PointerRow, 'revision' | 'previous' | 'action' | 'promotionId'> & {
      readonly expected: string;
      readonly promotionId: string;
    },
    beside: readonly Row[],
  ): Promise<PointerRow>;
}

/** Of a pointer's row. */
const REASON_CHARS_MAX = 1_024;

export class Promotions {
  readonly #store: Store;
  readonly #pointers: PointerMover;
  readonly #turns = new Serial();

  /** @param pointers of the same store */
  constructor(store: Store, pointers: PointerMover) {
    this.#store = store;
    this.#pointers = pointers;
  }

  /**
   * Decides by the looks so far, and writes, while no other gate does.
   * @param decide given the looks of the signature, oldest first
   * @throws PylonError `pointer-moved` | `store-failed`, or what `decide` throws; nothing is written then
   */
  record(signatureId: string, decide: (looks: readonly Look[]) => GateRecord): Promise<Promotion> {
    return this.#turns.run(async () => {
      const { promotion, look } = decide(await looksAt(this.#store, signatureId));
      const rows = [put(promotionKey(promotion.promotionId), encodeValue(promotion))];
      if (look !== undefined) rows.push(lookRow(signatureId, look));
      await this.#write(promotion, rows);
      return promotion;
    });
  }

  async #write(promotion: Promotion, rows: readonly Row[]): Promise<void> {
    const { signatureId, promotionId, atMs, candidate, baseline, override, reason } = promotion;
    if (!promotion.movedPointer) return this.#store.write(rows, { sync: true });
    const why = override === null ? reason : `overridden by ${override.by}: ${override.reason}`;
    const move = { signatureId, promotionId, atMs, reason: why.slice(0, REASON_CHARS_MAX) };
    const arms = { compiled_id: candidate.compiled_id, expected: baseline.compiled_id };
    await this.#pointers.promote({ ...move, ...arms }, rows);
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
