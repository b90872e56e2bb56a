// What can be done with the runs that were chosen: compare, export, move, delete.
import { useState } from 'preact/hooks';
import { plural } from '../../protocol/words.ts';
import { call } from '../api/client.ts';
import { pathOf } from '../app/routes.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Menu } from '../parts/menu.tsx';
import { toast, toastFailure } from '../parts/toast.tsx';
import { doAll, type Outcome } from './bulk.ts';
import { save } from './save.ts';

/** Side by side nobody sees more; the daemon takes as many. */
const COMPARED_MAX = 50;
/** Downloads begun by one press. */
const SAVED_MAX = 20;
const FORMATS = [
  ['jsonl', 'Events, JSON lines'],
  ['csv', 'Table, CSV'],
  ['otlp', 'Spans, OTLP/JSON'],
  ['perfetto', 'Trace for Perfetto'],
  ['html', 'Page to share, HTML'],
] as const;

export interface BulkBarProps {
  readonly chosen: readonly string[];
  readonly experiments: readonly string[];
  readonly onClear: () => void;
  /** These runs are not what they were: gone, or elsewhere. */
  readonly onGone: (ids: readonly string[]) => void;
  readonly onMoved: () => void;
}

function tell({ done, failed }: Outcome, what: string): void {
  if (done.length > 0) toast(`${what} ${plural(done.length, 'run')}`);
  if (failed[0] !== undefined) toastFailure(failed[0].thrown);
}

function MoveDialog({ chosen, experiments, onMoved, onClose }: BulkBarProps & { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const move = async (experiment: string | null) => {
    setBusy(true);
    const patch = (id: string) => call(`/api/runs/${id}`, { method: 'PATCH', body: { experiment } });
    tell(await doAll(chosen, patch), experiment === null ? 'Took out of its experiment:' : `Moved to ${experiment}:`);
    onMoved();
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Move ${plural(chosen.length, 'run')}`}
      actions={
        <>
          <button type="button" class="button" disabled={busy} onClick={() => void move(null)}>
            To no experiment
          </button>
          <button type="submit" form="move-runs" class="button button-primary" disabled={busy || name.trim() === ''}>
            {busy ? 'Moving…' : 'Move'}
          </button>
        </>
      }
    >
      <form
        id="move-runs"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void move(name.trim());
        }}
      >
        <Field label="Experiment" hint="One that is there, or a new name">
          {(wires) => (
            <input
              {...wires}
              class="input"
              maxLength={256}
              list="move-experiments"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <datalist id="move-experiments">
          {experiments.map((known) => (
            <option key={known} value={known} />
          ))}
        </datalist>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ chosen, onGone, onClose }: BulkBarProps & { readonly onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    const outcome = await doAll(chosen, (id) => call(`/api/runs/${id}`, { method: 'DELETE' }));
    tell(outcome, 'Deleted');
    onGone(outcome.done);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Delete ${plural(chosen.length, 'run')}?`}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Keep
          </button>
          <button type="button" class="button button-danger" disabled={busy} onClick={() => void remove()}>
            {busy ? 'Deleting…' : 'Delete'}
          </button>
        </>
      }
    >
      <p>
        Their traces and answers are deleted from this home, and cannot be brought back. What was paid stays in the
        ledger. A run that goes on is not deleted.
      </p>
    </Dialog>
  );
}

export function BulkBar(props: BulkBarProps) {
  const { chosen, onClear } = props;
  const [asking, setAsking] = useState<'move' | 'delete'>();
  if (chosen.length === 0) return null;
  const compare = `${pathOf('compare')}?runs=${chosen.join(',')}`;
  const canCompare = chosen.length >= 2 && chosen.length <= COMPARED_MAX;
  const saveAll = (format: string) => {
    for (const id of chosen.slice(0, SAVED_MAX)) save(`/api/runs/${id}/export?format=${format}`);
    if (chosen.length > SAVED_MAX) toast(`Only the first ${SAVED_MAX} are saved at a time`, 'late');
  };
  const close = () => setAsking(undefined);
  return (
    <div class="bulk" role="toolbar" aria-label="The chosen runs">
      <span role="status">{plural(chosen.length, 'run')} chosen</span>
      {canCompare ? (
        <a class="button button-primary" href={compare}>
          Compare
        </a>
      ) : null}
      <Menu label="Export" items={FORMATS.map(([format, words]) => ({ words, onPick: () => saveAll(format) }))} />
      <button type="button" class="button" onClick={() => setAsking('move')}>
        Move…
      </button>
      <button type="button" class="button button-danger" onClick={() => setAsking('delete')}>
        Delete…
      </button>
      <button type="button" class="button button-quiet" onClick={onClear}>
        None
      </button>
      {asking === 'move' ? <MoveDialog {...props} onClose={close} /> : null}
      {asking === 'delete' ? <DeleteDialog {...props} onClose={close} /> : null}
    </div>
  );
}
