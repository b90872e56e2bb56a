// The inspector of the improvement loop: what predictions are made with, what that is measured by, and what was tried to better it.
import './dse.css';
import type { DseOverview, SignatureGlance } from '../../protocol/dse/overview.ts';
import { plural } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { Count, Unknown } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { StatusMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Panel } from '../parts/panel.tsx';
import { Loaded } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';
import { Artifact, SignatureLink } from './crumbs.tsx';
import { Lists } from './lists.tsx';
import { overviewPath } from './paths.ts';

function InForce({ one: { compiled_id, unfit } }: { readonly one: SignatureGlance }) {
  return (
    <>
      <Artifact id={compiled_id} />{' '}
      {unfit === null ? null : (
        <StatusMark tone="bad">
          <Foreign text={`not used: ${unfit.code}`} title={unfit.message} />
        </StatusMark>
      )}
    </>
  );
}

const COLUMNS: readonly Column<SignatureGlance>[] = [
  {
    id: 'signature',
    head: 'Signature',
    names: true,
    cell: ({ signatureId }) => <SignatureLink signatureId={signatureId} />,
  },
  { id: 'force', head: 'In force', cell: (one) => <InForce one={one} /> },
  {
    id: 'since',
    head: 'Since',
    end: true,
    cell: ({ sinceMs }) => (sinceMs === null ? <Unknown /> : <Time at={sinceMs} />),
  },
  { id: 'train', head: 'Train', end: true, cell: ({ dataset }) => <Count of={dataset?.splits.train ?? 0} /> },
  { id: 'dev', head: 'Dev', end: true, cell: ({ dataset }) => <Count of={dataset?.splits.dev ?? 0} /> },
  { id: 'holdout', head: 'Holdout', end: true, cell: ({ dataset }) => <Count of={dataset?.splits.holdout ?? 0} /> },
  { id: 'pending', head: 'To judge', end: true, cell: ({ dataset }) => <Count of={dataset?.pending ?? 0} /> },
  { id: 'about', head: 'What it does', wide: true, cell: ({ about }) => <Foreign class="soft" text={about} /> },
];

/** Those that something was done for first, then as the catalogue has them. */
function sorted(signatures: readonly SignatureGlance[]): readonly SignatureGlance[] {
  const rank = ({ compiled_id, dataset }: SignatureGlance) =>
    compiled_id !== 'default' ? 2 : dataset !== null ? 1 : 0;
  return signatures.toSorted((left, right) => rank(right) - rank(left));
}

export default function Dse() {
  const told = useResource<DseOverview>(overviewPath());
  const pending = told.data.value?.signatures.reduce((sum, { dataset }) => sum + (dataset?.pending ?? 0), 0) ?? 0;
  return (
    <>
      <PageHead
        title="Improvement"
        actions={
          <>
            <a class="button" href={pathOf('dse-receipts')}>
              Receipts
            </a>
            <a class="button" href={pathOf('dse-examples')}>
              Examples
            </a>
            <a class={pending > 0 ? 'button button-primary' : 'button'} href={pathOf('dse-label')}>
              {pending > 0 ? `Label ${plural(pending, 'example')}` : 'Labelling queue'}
            </a>
          </>
        }
      >
        What predictions are made with, and what was tried to better it.
      </PageHead>
      <Loaded from={told}>
        {(overview) => (
          <>
            <Panel title="Signatures" flush>
              <Table
                caption="Signatures, those that were worked on first"
                columns={COLUMNS}
                rows={sorted(overview.signatures)}
                keyOf={({ signatureId }) => signatureId}
              />
            </Panel>
            <Lists overview={overview} />
          </>
        )}
      </Loaded>
    </>
  );
}
