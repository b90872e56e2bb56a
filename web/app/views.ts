// The views, each loaded when it is first looked at: the first load carries the shell and nothing else.
import type { ComponentType } from 'preact';
import type { ViewName } from './routes.ts';

export interface ViewProps {
  /** The run id, experiment name or provider key of the address. */
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
};
