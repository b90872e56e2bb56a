// What can be done with a run: end it, go on with it, take it along, delete it.
import { useState } from 'preact/hooks';
import { isInterruption } from '../../protocol/run-end.ts';
import type { RunState } from '../../protocol/run-state.ts';
import { call } from '../api/client.ts';
import { navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Menu } from '../parts/menu.tsx';
import { toast, toastFailure } from '../parts/toast.tsx';
import { ShareDialog } from '../share/share-dialog.tsx';

const FORMATS: readonly (readonly [format: string, words: string])[] = [
  ['jsonl', 'JSON lines'],
  ['csv', 'CSV'],
  ['otlp', 'OpenTelemetry (OTLP/JSON)'],
  ['perfetto', 'Perfetto trace'],
  ['folder', 'Run folder'],
];

export interface RunActionsProps {
  readonly state: RunState;
  /** The run goes on: look again. */
  readonly onResumed: () => void;
}

export function RunActions({ state, onResumed }: RunActionsProps) {
  const [deleting, setDeleting] = useState(false);
  const [sharing, setSharing] = useState(false);
  const [busy, setBusy] = useState(false);
  const path = `/api/runs/${encodeURIComponent(state.id)}`;
  const act = async (action: () => Promise<unknown>, words: string) => {
    setBusy(true);
    try {
      await action();
      toast(words);
    } catch (thrown) {
      toastFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  const cancel = () => act(() => call(`${path}/cancel`, { method: 'POST' }), 'The run ends with what it has');
  const resume = () => act(() => call(`${path}/resume`, { method: 'POST' }).then(onResumed), 'The run goes on');
  const remove = () =>
    act(async () => {
      await call(path, { method: 'DELETE' });
      navigate(pathOf('runs'), { replace: true });
    }, 'Deleted the run');
  return (
    <>
      <CopyButton text={state.id} what="run id" />
      {state.status === 'running' ? (
        <button type="button" class="button" disabled={busy} onClick={() => void cancel()}>
          Cancel run
        </button>
      ) : null}
      {isInterruption(state.error) ? (
        <button type="button" class="button button-primary" disabled={busy} onClick={() => void resume()}>
          Resume
        </button>
      ) : null}
      <Menu
        label="Export"
        items={[
          { words: 'Share as one page…', onPick: () => setSharing(true) },
          ...FORMATS.map(([format, words]) => ({ words, href: `${path}/export?format=${format}`, download: '' })),
        ]}
      />
      {sharing ? <ShareDialog path={`${path}/export`} what="this run" onClose={() => setSharing(false)} /> : null}
      <button
        type="button"
        class="button button-quiet"
        disabled={busy || state.status === 'running'}
        onClick={() => setDeleting(true)}
      >
        Delete
      </button>
      <Dialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this run?"
        actions={
          <button type="button" class="button button-danger" disabled={busy} onClick={() => void remove()}>
            Delete the run
          </button>
        }
      >
        <p>Its record, its trace, what only it names, and its folder go. What was paid stays in the ledger.</p>
      </Dialog>
    </>
  );
}
