// What a provider says of itself (kind 31990). A stranger's words: shown as text, and believed by nobody here.

import type { Announced } from '../../protocol/provider-history.ts';
import { Bytes, Count, Money } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Facts, Panel } from '../parts/panel.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { ProviderLink } from './provider-link.tsx';

export function Announcement({ announcement }: { readonly announcement: Announced | null }) {
  if (announcement === null)
    return (
      <Panel title="Announcement" flush>
        <Empty title="No announcement in force">
          <p>This daemon sees what is announced on the relays that its runs use, while it is announced.</p>
        </Empty>
      </Panel>
    );
  const { name, models, base_msat, msat_per_1k_chars, max_input_bytes, concurrency } = announcement;
  const { credit_msat, network, escrow, operator, expires_at } = announcement;
  return (
    <Panel title="Announcement">
      <Facts
        facts={[
          ['Name', <Foreign key="name" text={name === '' ? 'none' : name} />],
          ['Models', <Foreign key="models" text={models.join(', ')} />],
          [
            'Price',
            <span key="price">
              <Money msat={base_msat} /> a job and <Money msat={msat_per_1k_chars} /> per 1,000 characters
            </span>,
          ],
          ['Largest input', <Bytes key="input" bytes={max_input_bytes} />],
          ['Jobs at a time', <Count key="jobs" of={concurrency} />],
          ['Credit', credit_msat === null ? 'not said' : <Money key="credit" msat={credit_msat} />],
          ['Network', network ?? 'no wallet'],
          ['Escrow', escrow ? 'taken' : 'not taken'],
          ['Operator', operator === null ? 'itself' : <ProviderLink key="operator" provider={operator} />],
          ['In force until', <Time key="until" at={expires_at} />],
        ]}
      />
    </Panel>
  );
}
