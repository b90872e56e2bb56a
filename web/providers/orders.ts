// The orders of the leaderboard: always best first, whatever that is.
import type { ProviderOrder as Order } from '../../protocol/provider-report.ts';

export type ProviderOrder = Order;
/** As `protocol/provider-report.ts` has them, whose list would bring zod along. */
export const PROVIDER_ORDERS = ['success', 'latency', 'cost', 'jobs', 'trust'] as const satisfies readonly Order[];

/** Whether the best is the smallest. */
export const IS_ASCENDING: Readonly<Record<Order, boolean>> = {
  success: false,
  latency: true,
  cost: true,
  jobs: false,
  trust: false,
};
