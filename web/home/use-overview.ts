// The overview, kept true: runs as they change, and the sums soon after.
import { useEffect } from 'preact/hooks';
import type { Overview } from '../../protocol/overview.ts';
import type { Resource } from '../api/resource.ts';
import { watchAllRuns } from '../live/live.ts';
import { useResource } from '../parts/use-resource.ts';
import { withChanged } from './latest.ts';

/** Sums after runs changed: often enough to be seen growing, seldom enough to cost nothing. */
const SUMS_MS = 1_000;
/** Wallet and relays change by themselves. */
const REST_MS = 20_000;

export function useOverview(): Resource<Overview> {
  const overview = useResource<Overview>('/api/overview');
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const askSoon = () => {
      soon ??= setTimeout(() => {
        soon = undefined;
        void overview.load();
      }, SUMS_MS);
    };
    const rest = setInterval(askSoon, REST_MS);
    const stop = watchAllRuns({
      onRuns(runs) {
        if (overview.data.value !== undefined) overview.data.value = withChanged(overview.data.value, runs);
        askSoon();
      },
      onMissed: () => void overview.load(),
    });
    return () => {
      stop();
      clearInterval(rest);
      clearTimeout(soon);
    };
  }, [overview]);
  return overview;
}
