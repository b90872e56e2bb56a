// What the run was made of: how it was configured, what it read, what it paid.
import type { PayoutStateOfRun, RunState } from '../../protocol/run-state.ts';
import { Bytes, Money } from '../parts/amounts.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { StatusMark, type Tone } from '../parts/mark.tsx';
import { Facts } from '../parts/panel.tsx';
import { shownPart, shownText } from '../parts/shown-text.ts';
import { Empty } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { VirtualTable } from '../parts/virtual-table.tsx';

const VALUE_CHARS_MAX = 2_000;

function valueWords(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return shownPart(text === '' || text === '[]' ? 'none' : text, VALUE_CHARS_MAX).text;
}

export function ConfigFacts({ state }: { readonly state: RunState }) {
  const { config, git_sha: gitSha, dataset, experiment, input_hash: inputHash } = state;
  const facts = Object.entries({ ...config, git_sha: gitSha, dataset, experiment, input_hash: inputHash })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, valueWords(value)] as const);
  return <Facts facts={[['run', state.id], ...facts]} />;
}

export function InputsTable({ state }: { readonly state: RunState }) {
  const columns: readonly Column<RunState['inputs'][number]>[] = [
    { id: 'path', head: 'File', names: true, wide: true, cell: ({ path }) => <bdi>{shownText(path)}</bdi> },
    { id: 'bytes', head: 'Size', end: true, cell: ({ bytes }) => <Bytes bytes={bytes} /> },
  ];
  return <VirtualTable caption="Inputs of the run" columns={columns} rows={state.inputs} keyOf={({ path }) => path} />;
}

const PAYOUT_TONES: Readonly<Record<PayoutStateOfRun['status'], Tone>> = {
  started: 'busy',
  settled: 'good',
  unknown: 'late',
  failed: 'bad',
};

export function PayoutsTable({ state }: { readonly state: RunState }) {
  const names = new Map([...state.queries.values()].map(({ provider, name }) => [provider, name]));
  const columns: readonly Column<PayoutStateOfRun>[] = [
    {
      id: 'provider',
      head: 'Provider',
      names: true,
      cell: ({ provider }) => <bdi title={provider}>{shownText(names.get(provider) ?? provider.slice(0, 12))}</bdi>,
    },
    {
      id: 'state',
      head: 'State',
      cell: ({ status }) => <StatusMark tone={PAYOUT_TONES[status]}>{status}</StatusMark>,
    },
    { id: 'amount', head: 'Amount', end: true, cell: ({ amount_msat: amount }) => <Money msat={amount} /> },
    { id: 'run', head: 'For this run', end: true, cell: ({ run_msat: ofRun }) => <Money msat={ofRun} /> },
    { id: 'fees', head: 'Fees', end: true, cell: ({ fees_msat: fees }) => <Money msat={fees} /> },
    {
      id: 'proof',
      head: 'Proof',
      cell: ({ preimage }) => (preimage === undefined ? '–' : <CopyButton text={preimage} what="preimage" />),
    },
    { id: 'reason', head: 'Reason', wide: true, cell: ({ reason }) => <bdi>{shownText(reason ?? '')}</bdi> },
  ];
  const payouts = [...state.payouts.values()];
  if (payouts.length === 0)
    return <Empty title="Nothing was paid">Work that is free, or not accepted, is not paid.</Empty>;
  return <VirtualTable caption="Payouts of the run" columns={columns} rows={payouts} keyOf={({ id }) => id} />;
}
