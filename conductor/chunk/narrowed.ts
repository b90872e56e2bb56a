// Some of a list of offers, made anew only when the list is another one: every chunk asks for it, and there may be many providers.
import type { Offer } from '../../protocol/handler.ts';

/** @param keep MUST give the same answer for the same offer. @returns the same list while `offers` returns the same list */
export function narrowed(offers: () => readonly Offer[], keep: (offer: Offer) => boolean): () => readonly Offer[] {
  let all: readonly Offer[] | undefined;
  let kept: readonly Offer[] = [];
  return () => {
    const current = offers();
    if (current !== all) {
      all = current;
      kept = current.filter(keep);
    }
    return kept;
  };
}
