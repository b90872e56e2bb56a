// What goes on now: the first thing one sees.
import './home.css';
import type { Overview } from '../../protocol/overview.ts';
import { PageHead } from '../parts/page-head.tsx';
import { Loaded } from '../parts/states.tsx';
import { Ask } from './ask.tsx';
import { FirstRun } from './first-run.tsx';
import { Recent } from './recent.tsx';
import { Running } from './running.tsx';
import { Swarm, Today } from './swarm.tsx';
import { useOverview } from './use-overview.ts';

function Everything({ overview }: { readonly overview: Overview }) {
  const { recent, running, demo, health } = overview;
  return (
    <>
      <Today overview={overview} />
      <div class="home">
        <div class="home-main">
          {recent.length === 0 ? <FirstRun demo={demo} /> : <Running runs={running} />}
          {recent.length === 0 ? null : <Recent runs={recent} />}
        </div>
        <div class="home-side">
          <Ask />
          <Swarm health={health} />
        </div>
      </div>
    </>
  );
}

export default function Home() {
  const overview = useOverview();
  return (
    <>
      <PageHead title="Now" />
      <Loaded from={overview}>{(data) => <Everything overview={data} />}</Loaded>
    </>
  );
}
