// Labelled examples: which there are, on which side of the split, and each as it is.
import '../dse.css';
import type { DseExample } from '../../../protocol/dse/example.ts';
import type { ExamplePage } from '../../../protocol/dse/example-list.ts';
import { pathOf } from '../../app/routes.ts';
import { Foreign } from '../../parts/foreign.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { ask, asked, queryOf } from '../address.ts';
import { Choice } from '../choice.tsx';
import { Above, SignatureLink } from '../crumbs.tsx';
import { Said } from '../said.tsx';
import { SignatureChoice } from '../signature-choice.tsx';
import { REVIEW_SAID, REVIEWS, SPLITS } from '../tones.ts';
import { ExampleDialog } from './example-dialog.tsx';
import { glance } from './glance.ts';

const PAGE = 50;
const ID_CHARS = 32;

const COLUMNS: readonly Column<DseExample>[] = [
  {
    id: 'example',
    head: 'Example',
    names: true,
    cell: ({ signatureId, exampleId }) => (
      <button type="button" class="link" onClick={() => ask({ of: signatureId, example: exampleId }, true)}>
        <Foreign text={exampleId.length > ID_CHARS ? `…${exampleId.slice(-ID_CHARS)}` : exampleId} title={exampleId} />
      </button>
    ),
  },
  { id: 'signature', head: 'Signature', cell: ({ signatureId }) => <SignatureLink signatureId={signatureId} /> },
  { id: 'split', head: 'Split', cell: ({ split }) => split },
  { id: 'review', head: 'Review', cell: ({ review }) => <Said said={REVIEW_SAID[review]} /> },
  { id: 'expected', head: 'Expected', wide: true, cell: ({ expectedJson }) => <Foreign text={glance(expectedJson)} /> },
  { id: 'tags', head: 'Tags', wide: true, cell: ({ tags }) => <Foreign class="soft" text={tags.join(', ')} /> },
];

function Filters({ signature, split, review }: Readonly<Record<'signature' | 'split' | 'review', string>>) {
  const only = (params: Readonly<Record<string, string>>) => ask({ ...params, after: '' });
  return (
    <>
      <SignatureChoice value={signature} onChoose={(id) => only({ signature: id })} />
      <Choice
        label="Split"
        all="all splits"
        value={split}
        values={SPLITS}
        onChoose={(value) => only({ split: value })}
      />
      <Choice
        label="Review"
        all="all reviews"
        value={review}
        values={REVIEWS}
        onChoose={(value) => only({ review: value })}
      />
      <a class="button" href={`${pathOf('dse-label')}${queryOf({ signature })}`}>
        Label
      </a>
    </>
  );
}

function Page({ page: { examples, next_after: next }, after }: { readonly page: ExamplePage; readonly after: string }) {
  if (examples.length === 0)
    return (
      <Empty title="No examples here">
        <p>
          Mine some from runs, <code>pylon dse mine --signature …</code>, or add them,{' '}
          <code>pylon dse examples add</code>.
        </p>
      </Empty>
    );
  return (
    <>
      <section class="panel panel-flush" aria-label="Examples">
        <Table
          caption="Examples, by signature and id"
          columns={COLUMNS}
          rows={examples}
          keyOf={({ signatureId, exampleId }) => `${signatureId} ${exampleId}`}
        />
      </section>
      <p class="actions">
        {after === '' ? null : (
          <button type="button" class="button" onClick={() => ask({ after: '' })}>
            From the beginning
          </button>
        )}
        {next === null ? null : (
          <button type="button" class="button" onClick={() => ask({ after: next })}>
            More
          </button>
        )}
      </p>
    </>
  );
}

export default function Examples() {
  const { signature, split, review, tag, after } = asked('signature', 'split', 'review', 'tag', 'after');
  const { example, of } = asked('example', 'of');
  const query = queryOf({ limit: String(PAGE), signature, split, review, tag, after });
  const told = useResource<ExamplePage>(`/api/dse/examples${query}`);
  return (
    <>
      <PageHead
        title="Examples"
        above={<Above />}
        actions={<Filters signature={signature} split={split} review={review} />}
      >
        What an improvement is measured by. Held-out ones are seen by gates only.
      </PageHead>
      <Loaded from={told}>{(page) => <Page page={page} after={after} />}</Loaded>
      {example === '' ? null : (
        <ExampleDialog
          key={`${of} ${example}`}
          signatureId={of === '' ? signature : of}
          exampleId={example}
          onClose={() => ask({ example: '', of: '' }, true)}
        />
      )}
    </>
  );
}
