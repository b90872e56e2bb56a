// Where the budget is: what may be owed, what is set aside, owed, given back and paid.
import { paidMsat } from '../../../protocol/run-metrics.ts';
import type { RunState } from '../../../protocol/run-state.ts';
import { printSats } from '../../../protocol/words.ts';
import { Money } from '../../parts/amounts.tsx';
import { Figures, Panel } from '../../parts/panel.tsx';

export function BudgetPanel({ state }: { readonly state: RunState }) {
  const limit = state.config.budget_sats * 1_000;
  const { spent_msat: spent, held_msat: held, released_msat: released } = state;
  const share = (msat: number) => (limit <= 0 ? 0 : Math.min(100, (msat / limit) * 100));
  const words = `${printSats(spent)} of ${printSats(limit)} sats owed, ${printSats(held)} set aside`;
  return (
    <Panel title="Budget">
      <Figures
        figures={[
          { label: 'Owed', value: <Money msat={spent} />, note: `of at most ${printSats(limit)}` },
          { label: 'Held', value: <Money msat={held} />, note: 'set aside for open questions' },
          { label: 'Paid', value: <Money msat={paidMsat(state)} />, note: 'proven by preimage' },
          { label: 'Released', value: <Money msat={released} />, note: 'set aside, not needed' },
        ]}
      />
      <div class="budget-bar" role="img" aria-label={words}>
        <span class="budget-spent" style={{ width: `${share(spent)}%` }} />
        <span class="budget-held" style={{ width: `${share(held)}%` }} />
      </div>
    </Panel>
  );
}
