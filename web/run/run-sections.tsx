// What stands below the answer and the timeline, one at a time.
import { useState } from 'preact/hooks';
import type { RunState } from '../../protocol/run-state.ts';
import { Tabs } from '../parts/tabs.tsx';
import { ConfigFacts, InputsTable, PayoutsTable } from './details.tsx';
import { EventsTable } from './events/events-table.tsx';
import { ReceiptFacts } from './receipt-facts.tsx';
import { RecursionTree } from './tree/recursion-tree.tsx';

export interface RunSectionsProps {
  readonly state: RunState;
  readonly now: number;
  readonly version: number;
  readonly onQuery: (queryId: string) => void;
  readonly onCitation: (number: number) => void;
}

export function RunSections({ state, now, version, onQuery, onCitation }: RunSectionsProps) {
  const [selected, setSelected] = useState('tree');
  return (
    <section class="panel panel-tabs" aria-label="Details of the run">
      <Tabs
        label="Details of the run"
        selected={selected}
        onSelect={setSelected}
        tabs={[
          {
            id: 'tree',
            words: 'Recursion',
            panel: () => (
              <RecursionTree state={state} now={now} version={version} onQuery={onQuery} onCitation={onCitation} />
            ),
          },
          { id: 'events', words: 'Events', panel: () => <EventsTable state={state} version={version} /> },
          { id: 'payouts', words: 'Payouts', panel: () => <PayoutsTable state={state} /> },
          { id: 'receipt', words: 'Receipt', panel: () => <ReceiptFacts state={state} /> },
          { id: 'config', words: 'Config', panel: () => <ConfigFacts state={state} /> },
          { id: 'inputs', words: 'Inputs', panel: () => <InputsTable state={state} /> },
        ]}
      />
    </section>
  );
}
