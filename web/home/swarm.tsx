// What the daemon stands on: relays, its own provider, the wallet.
import type { Overview } from '../../protocol/overview.ts';
import { plural } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { Money } from '../parts/amounts.tsx';
import { Badge, StatusMark } from '../parts/mark.tsx';
import { Facts, type Figure, Figures, Panel } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';

function Relays({ relays }: { readonly relays: Overview['health']['relays'] }) {
  if (relays.length === 0) return <>embedded: each run brings its own relay and providers</>;
  return (
    <ul class="plain">
      {relays.map(({ url, connected }) => (
        <li key={url}>
          <StatusMark tone={connected ? 'good' : 'bad'}>{connected ? 'connected' : 'away'}</StatusMark> {url}
        </li>
      ))}
    </ul>
  );
}

function Provider({ provider }: { readonly provider: Overview['health']['provider'] }) {
  if (provider === null)
    return (
      <>
        sells nothing; <code>pylon start --provider</code> does
      </>
    );
  const { name, models, jobs_done } = provider;
  return (
    <>
      {name} ({models.join(', ')}), {plural(jobs_done, 'job')} done
    </>
  );
}

export function Swarm({ health }: Pick<Overview, 'health'>) {
  return (
    <Panel title="Swarm">
      <Facts
        facts={[
          ['Relays', <Relays key="relays" relays={health.relays} />],
          ['Provider', <Provider key="provider" provider={health.provider} />],
          ['Daemon', `version ${health.version}`],
          ['Up since', <Time key="since" at={health.started_at} />],
        ]}
      />
    </Panel>
  );
}

function walletFigure({ wallet }: Pick<Overview, 'wallet'>): Figure {
  if (wallet === null) return { label: 'Wallet', value: <span class="soft">–</span>, note: 'does not answer' };
  const note = wallet.kind === 'hub' ? <Badge tone="late">play money</Badge> : wallet.label;
  return { label: 'Wallet', value: <Money msat={wallet.balance_msat} />, note };
}

export function Today({ overview }: { readonly overview: Overview }) {
  const { spent_today_msat, jobs_today, running, health } = overview;
  const relays = health.relays.filter(({ connected }) => connected).length;
  return (
    <section class="panel panel-body today" aria-label="Today">
      <Figures
        figures={[
          { label: 'Running', value: running.length, note: running.length === 0 ? 'nothing' : 'now' },
          { label: 'Spent today', value: <Money msat={spent_today_msat} />, note: plural(jobs_today, 'job') },
          walletFigure(overview),
          {
            label: 'Relays',
            value: health.relays.length === 0 ? 'embedded' : `${relays} of ${health.relays.length}`,
            note: health.relays.length === 0 ? 'on this machine' : <a href={pathOf('providers')}>providers</a>,
          },
        ]}
      />
    </section>
  );
}
