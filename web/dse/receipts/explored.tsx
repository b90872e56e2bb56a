// An exploration, step by step: what was asked, how much of the answer was seen, what it read and what it had used by then; and the
// evidence of the answer. Whatever names lines of the input opens them.
import { useState } from 'preact/hooks';
import type { ExploredStep, ExploredView } from '../../../protocol/dse/explored.ts';
import type { PredictReceipt } from '../../../protocol/receipt.ts';
import { grouped, plural, printBytes, printDuration, printSats } from '../../../protocol/words.ts';
import { Foreign } from '../../parts/foreign.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Raw } from '../../parts/raw.tsx';
import { shownText } from '../../parts/shown-text.ts';
import { Loaded } from '../../parts/states.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { type CitedLines, SourceView } from '../../run/answer/source-view.tsx';
import { rawPath } from './raw-path.ts';

const PAGE = 50;

interface PlaceProps {
  readonly runId: string;
  readonly lines: CitedLines;
}

/** Names lines, and shows them when it is pressed. */
function Place({ runId, lines }: PlaceProps) {
  const [isOpen, setOpen] = useState(false);
  const { path, start_line: start, end_line: end } = lines;
  return (
    <div class="place">
      <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Foreign text={start === end ? `${path}:${start}` : `${path}:${start}-${end}`} />
      </button>
      {isOpen ? <SourceView runId={runId} span={lines} /> : null}
    </div>
  );
}

/** What is known of a step beside its action. */
function noteOf(step: ExploredStep): string {
  const { observationChars, bytesScanned, subCalls, newEvidence, repairs, latencyMs } = step;
  return [
    observationChars === null || observationChars === 0 ? '' : `saw ${plural(observationChars, 'character')}`,
    bytesScanned === null || bytesScanned === 0 ? '' : `went through ${printBytes(bytesScanned)}`,
    subCalls === null || subCalls === 0 ? '' : plural(subCalls, 'sub-call'),
    repairs === null || repairs === 0 ? '' : plural(repairs, 'repair'),
    newEvidence === false ? 'nothing new' : '',
    latencyMs === null ? '' : printDuration(latencyMs),
  ]
    .filter((note) => note !== '')
    .join(' · ');
}

function usedWords({ used }: ExploredStep): string {
  if (used === null) return '';
  const { rlmIterations, lmCalls, subLmCalls, msat, outputChars } = used;
  return [
    plural(rlmIterations, 'step'),
    plural(lmCalls, 'call'),
    subLmCalls === 0 ? '' : plural(subLmCalls, 'leaf').replace('leafs', 'leaves'),
    `${grouped(outputChars)} characters written`,
    msat === 0 ? '' : `${printSats(msat)} sats`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function Written({ step }: { readonly step: ExploredStep }) {
  const { written, writtenLeft, effects } = step;
  if (written === null && effects.length === 0) return null;
  return (
    <details>
      <summary>What was written and done</summary>
      {written === null ? null : (
        <Raw text={written} what="action">
          {writtenLeft > 0
            ? `${grouped(writtenLeft)} more characters are in the raw trace`
            : 'as the controller wrote it'}
        </Raw>
      )}
      {effects.length === 0 ? null : (
        <ul class="effects">
          {effects.map(({ kind, bytes, errorCode }, at) => (
            <li key={at}>
              <code>{kind}</code>{' '}
              {errorCode === null ? printBytes(bytes) : <StatusMark tone="bad">{errorCode}</StatusMark>}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Step({ runId, step }: { readonly runId: string; readonly step: ExploredStep }) {
  const { at, depth, action, detail, spans, error } = step;
  const used = usedWords(step);
  return (
    <li class="step" style={{ '--depth': depth }}>
      <p class="step-head">
        <span class="step-number">{at + 1}</span>
        <strong>
          <Foreign text={action} />
        </strong>
        {depth === 0 ? null : <span class="soft">depth {depth}</span>}
        {error === null ? null : (
          <StatusMark tone="bad">
            <Foreign text={error.code} title={error.message} />
          </StatusMark>
        )}
        <span class="soft">{noteOf(step)}</span>
      </p>
      {detail === null || detail === '' || detail === '{}' ? null : (
        <p class="step-detail">
          <Foreign text={detail} />
        </p>
      )}
      {spans.length === 0 ? null : (
        <div class="places">
          {spans.map((span, index) => (
            <Place key={index} runId={runId} lines={span} />
          ))}
        </div>
      )}
      {used === '' ? null : <p class="soft step-used">used so far: {used}</p>}
      <Written step={step} />
    </li>
  );
}

function Final({ view }: { readonly view: ExploredView }) {
  const { final, runId } = view;
  if (final === null) return null;
  const { answer, answerLeft, evidence, evidenceLeft, error } = final;
  return (
    <Panel title="What it ended with">
      {error === null ? null : (
        <p>
          <StatusMark tone="late">
            {error.code}: <Foreign text={error.reason} />
          </StatusMark>
        </p>
      )}
      <div class="exploration-answer" dir="auto">
        {shownText(answer)}
      </div>
      {answerLeft > 0 ? <p class="soft">{grouped(answerLeft)} more characters are in the raw trace.</p> : null}
      {evidence.length === 0 ? (
        <p class="soft">It cites nothing.</p>
      ) : (
        <ol class="evidence" aria-label="Evidence">
          {evidence.map(({ content_hash, quote, ...lines }, at) => (
            <li key={at}>
              <q>
                <Foreign text={quote} />
              </q>
              <Place runId={runId} lines={content_hash === null ? lines : { ...lines, content_hash }} />
            </li>
          ))}
        </ol>
      )}
      {evidenceLeft > 0 ? <p class="soft">{plural(evidenceLeft, 'more citation')} in the raw trace.</p> : null}
    </Panel>
  );
}

export function Explored({ receipt }: { readonly receipt: PredictReceipt }) {
  const [from, setFrom] = useState(0);
  const path = `/api/dse/explored/${encodeURIComponent(receipt.receiptId)}?from=${from}&limit=${PAGE}`;
  const told = useResource<ExploredView>(path);
  const raw = rawPath(receipt);
  return (
    <Loaded from={told} words="Reading the exploration…">
      {(view) => (
        <>
          <Panel
            title={`How it got there: ${plural(view.total, 'step')}`}
            actions={raw === undefined ? undefined : <a href={raw}>Raw trace</a>}
          >
            <p class="soft">
              {view.controller === null ? 'No trace was kept; this is what its events tell.' : null}
              {view.controller === null ? null : (
                <>
                  Actions by <Foreign text={view.controller} />
                </>
              )}
            </p>
            <ol class="steps" start={from + 1}>
              {view.steps.map((step) => (
                <Step key={step.at} runId={view.runId} step={step} />
              ))}
            </ol>
            {view.total > PAGE ? (
              <p class="actions">
                <button type="button" class="button" disabled={from === 0} onClick={() => setFrom(from - PAGE)}>
                  Earlier steps
                </button>
                <button
                  type="button"
                  class="button"
                  disabled={view.next_from === null}
                  onClick={() => setFrom(view.next_from ?? from)}
                >
                  Later steps
                </button>
              </p>
            ) : null}
          </Panel>
          <Final view={view} />
        </>
      )}
    </Loaded>
  );
}
