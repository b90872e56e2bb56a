// The desk of gates, the same on this machine and over a daemon's API.
import type { PromoteRequest, Promotion, PromotionPage, PromotionSelection } from '../../protocol/dse/promotion.ts';

/** Holds what a compile chose against what is in force. All reject with `request-invalid` where nothing is kept. */
export interface PromotionDesk {
  /**
   * Measures both on the holdout and says what follows; where the candidate is better it comes into force, in one write with the
   * evidence. The same question is answered by what was found before. Aborting `signal` ends it undecided; over an API the daemon goes on.
   * @throws PylonError `artifact-unknown` | `artifact-drifted` | `not-the-winner` | `already-active` | `dataset-changed` | `holdout-empty` |
   * `promotion-unknown` | `pointer-moved` | `judge-*` | `backend-*` | `model-*` | `interrupted` | `store-*`; nothing is written then
   */
  promote(request: PromoteRequest, signal: AbortSignal): Promise<Promotion>;
  /** Newest first. */
  list(selection: PromotionSelection): Promise<PromotionPage>;
  /** @param promotionId or a unique prefix of it. @throws PylonError `promotion-unknown` */
  read(promotionId: string): Promise<Promotion>;
}
