// The labelling queue: one example after the other is approved, corrected or rejected. Keys do it, too.
import '../dse.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DseExample } from '../../../protocol/dse/example.ts';
import type { ExamplePage, Label as LabelWord } from '../../../protocol/dse/example-list.ts';
import { call } from '../../api/client.ts';
import { pathOf } from '../../app/routes.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { toast, toastFailure } from '../../parts/toast.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { ask, asked, queryOf } from '../address.ts';
import { Above } from '../crumbs.tsx';
import { SignatureChoice } from '../signature-choice.tsx';
import { Correction } from './correction.tsx';
import { ExampleParts } from './example-parts.tsx';

type Word = Pick<LabelWord, 'verdict' | 'expectedJson'>;

const DONE: Readonly<Record<Word['verdict'], string>> = {
  approve: 'Approved',
  correct: 'Corrected',
  reject: 'Rejected',
};

interface OneProps {
  readonly example: DseExample;
  /** Resolves when the word is kept, or was refused and that is told. */
  readonly onWord: (word: Word) => Promise<void>;
  readonly onLater: () => void;
}

function One({ example, onWord, onLater }: OneProps) {
  const [isCorrecting, setCorrecting] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const approve = useRef<HTMLButtonElement>(null);
  const say = async (word: Word) => {
    if (isBusy) return;
    setBusy(true);
    await onWord(word);
    setBusy(false);
  };
  const latest = useRef(say);
  latest.current = say;
  useShortcuts('Labelling', [
    { keys: 'a', words: 'Approve', run: () => void latest.current({ verdict: 'approve' }) },
    { keys: 'c', words: 'Correct', run: () => setCorrecting(true) },
    { keys: 'x', words: 'Reject', run: () => void latest.current({ verdict: 'reject' }) },
    { keys: 'n', words: 'Later', run: onLater },
  ]);
  // What was pressed is gone with the example before: whoever uses the keyboard goes on from here.
  useEffect(() => {
    if (document.activeElement === document.body) approve.current?.focus({ preventScroll: true });
  }, []);
  const aside = { type: 'button', class: 'button', disabled: isBusy } as const;
  return (
    <Panel title="Is this right?">
      <div class="actions">
        <button
          ref={approve}
          type="button"
          class="button button-primary"
          disabled={isBusy}
          onClick={() => void say({ verdict: 'approve' })}
        >
          Approve
        </button>
        <button {...aside} aria-expanded={isCorrecting} onClick={() => setCorrecting(!isCorrecting)}>
          Correct
        </button>
        <button {...aside} onClick={() => void say({ verdict: 'reject' })}>
          Reject
        </button>
        <button {...aside} onClick={onLater}>
          Later
        </button>
        <span class="soft">
          or <kbd>a</kbd>, <kbd>c</kbd>, <kbd>x</kbd>, <kbd>n</kbd>
        </span>
      </div>
      {isCorrecting ? (
        <Correction
          expected={example.expectedJson}
          onCorrect={(expectedJson) => void say({ verdict: 'correct', expectedJson })}
          onCancel={() => setCorrecting(false)}
        />
      ) : null}
      <ExampleParts example={example} />
    </Panel>
  );
}

function NothingLeft({ after }: { readonly after: string }) {
  if (after !== '')
    return (
      <Empty title="Nothing more is to be judged behind this">
        <button type="button" class="button" onClick={() => ask({ after: '' }, true)}>
          From the beginning
        </button>
      </Empty>
    );
  return (
    <Empty title="Nothing is to be judged">
      <p>
        What mining is not sure of waits here: <code>pylon dse mine --signature … --unverified</code>
      </p>
    </Empty>
  );
}

export default function Label() {
  const { signature, after } = asked('signature', 'after');
  const queue = useResource<ExamplePage>(
    `/api/dse/examples${queryOf({ review: 'pending', limit: '1', signature, after })}`,
  );
  const keepWord = async ({ signatureId, exampleId }: DseExample, word: Word) => {
    try {
      await call('/api/dse/label', { method: 'POST', body: { signatureId, exampleId, ...word } });
      toast(`${DONE[word.verdict]} ${exampleId}`);
    } catch (thrown) {
      return toastFailure(thrown);
    }
    await queue.load();
  };
  return (
    <>
      <PageHead
        title="Labelling queue"
        above={<Above />}
        actions={
          <>
            <SignatureChoice value={signature} onChoose={(id) => ask({ signature: id, after: '' })} />
            <a class="button" href={`${pathOf('dse-examples')}${queryOf({ signature })}`}>
              All examples
            </a>
          </>
        }
      >
        Only what is approved is learnt from and measured by.
      </PageHead>
      <Loaded from={queue}>
        {({ examples: [example], next_after: next }) =>
          example === undefined ? (
            <NothingLeft after={after} />
          ) : (
            <One
              key={`${example.signatureId} ${example.exampleId}`}
              example={example}
              onWord={(word) => keepWord(example, word)}
              onLater={() => (next === null ? toast('This is the last one', 'idle') : ask({ after: next }, true))}
            />
          )
        }
      </Loaded>
    </>
  );
}
