// Looks at holdouts, by signature: which inputs were seen, and when. What is in here was paid for with a share of alpha, so a row is
// only ever written together with the promotion that looked, and none is taken away.
import type { Look } from '../../protocol/dse/promotion.ts';
import { lookKey, looksOfSignature } from '../store/keys.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

/** Oldest first. @throws PylonError `store-*` */
export async function looksAt(store: Store, signatureId: string): Promise<Look[]> {
  const looks: Look[] = [];
  for await (const [key, bytes] of store.rows(looksOfSignature(signatureId)))
    looks.push(decodeValue(bytes, key) as Look);
  return looks;
}

export function lookRow(signatureId: string, look: Look): Row {
  return put(lookKey(signatureId, look.promotionId), encodeValue(look));
}
