// The views, each loaded when it is first looked at: the first load carries the shell and nothing else.
import type { ComponentType } from 'preact';
import type { ViewName } from './routes.ts';

export interface ViewProps {
  /** The id, name or key of the address. */
  readonly subject: string;
}
export type View = ComponentType<ViewProps>;

export const VIEWS: Readonly<Record<Exclude<ViewName, 'unknown'>, () => Promise<{ default: View }>>> = {
  home: () => import('../home/home.tsx'),
  runs: () => import('../runs/runs.tsx'),
  run: () => import('../run/run.tsx'),
  compare: () => import('../experiments/compare.tsx'),
  experiments: () => import('../experiments/experiments.tsx'),
  experiment: () => import('../experiments/experiment.tsx'),
  providers: () => import('../providers/providers.tsx'),
  provider: () => import('../providers/provider.tsx'),
  ledger: () => import('../ledger/ledger.tsx'),
  dse: () => import('../dse/dse.tsx'),
  'dse-signature': () => import('../dse/signature/signature.tsx'),
  'dse-compile': () => import('../dse/compile/compile.tsx'),
  'dse-canary': () => import('../dse/canary/canary.tsx'),
  'dse-night': () => import('../dse/night/night.tsx'),
  'dse-promotion': () => import('../dse/promotion/promotion.tsx'),
  'dse-examples': () => import('../dse/examples/examples.tsx'),
  'dse-label': () => import('../dse/examples/label.tsx'),
  'dse-receipts': () => import('../dse/receipts/receipts.tsx'),
  'dse-receipt': () => import('../dse/receipts/receipt.tsx'),
};
