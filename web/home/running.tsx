// The runs that go on now, each with how far it has come.

import type { RunRecord } from '../../protocol/run.ts';
import { grouped, plural, printDuration, printSats } from '../../protocol/words.ts';
import { call } from '../api/client.ts';
import { pathOf } from '../app/routes.ts';
import { Foreign } from '../parts/foreign.tsx';
import { RunStatusMark } from '../parts/mark.tsx';
import { Meter } from '../parts/meter.tsx';
import { Panel } from '../parts/panel.tsx';
import { shownText } from '../parts/shown-text.ts';
import { toast, toastFailure } from '../parts/toast.tsx';

async function cancel(id: string): Promise<void> {
  try {
    await call(`/api/runs/${id}/cancel`, { method: 'POST' });
    toast('It ends with what it has', 'idle');
  } catch (thrown) {
    toastFailure(thrown);
  }
}

function progressOf({ metrics }: RunRecord): string {
  const { chunks, chunks_answered } = metrics;
  return chunks === 0 ? 'reading' : `${grouped(chunks_answered)} of ${plural(chunks, 'chunk')}`;
}

function RunningRun({ run }: { readonly run: RunRecord }) {
  const { metrics, id, query } = run;
  const words = progressOf(run);
  return (
    <li class="running-run">
      <div class="running-head">
        <a href={pathOf('run', id)}>
          <Foreign text={query} />
        </a>
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Stop: ${shownText(query)}`}
          onClick={() => void cancel(id)}
        >
          Stop
        </button>
      </div>
      <Meter label="Chunks answered" value={metrics.chunks_answered} max={metrics.chunks} words={words} />
      <p class="soft running-facts">
        <RunStatusMark status={run.status} />
        <span>{words}</span>
        <span>{plural(metrics.providers, 'provider')}</span>
        <span>{printSats(metrics.cost_msat)} sats</span>
        <span>{printDuration(metrics.elapsed_ms)}</span>
      </p>
    </li>
  );
}

export function Running({ runs }: { readonly runs: readonly RunRecord[] }) {
  return (
    <Panel title="Running">
      {runs.length === 0 ? (
        <p class="soft">
          Nothing runs. What is asked here or by <code>pylon rlm</code> appears here.
        </p>
      ) : (
        <ul class="running">
          {runs.map((run) => (
            <RunningRun key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
