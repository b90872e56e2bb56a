// A note, as plain text: shown as it was written, edited in place, saved when one says so.

import { useState } from 'preact/hooks';
import { Field } from '../parts/field.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Panel } from '../parts/panel.tsx';
import { toast, toastFailure } from '../parts/toast.tsx';

/** As `protocol/annotation.ts` takes it. */
const NOTE_CHARS_MAX = 8_192;

export interface NoteEditorProps {
  readonly note: string | null;
  /** Rejects where it could not be kept. Null takes the note away. */
  readonly onSave: (note: string | null) => Promise<void>;
}

function Editing({ note, onSave, onDone }: NoteEditorProps & { readonly onDone: () => void }) {
  const [typed, setTyped] = useState(note ?? '');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await onSave(typed.trim() === '' ? null : typed);
      toast('Kept the note');
      onDone();
    } catch (thrown) {
      toastFailure(thrown);
      setBusy(false);
    }
  };
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label="Note" quiet hint="Plain text. Control and Enter keep it.">
        {(wires) => (
          <textarea
            {...wires}
            class="input"
            rows={6}
            maxLength={NOTE_CHARS_MAX}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
            }}
          />
        )}
      </Field>
      <div class="actions">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? 'Keeping…' : 'Keep'}
        </button>
        <button type="button" class="button" onClick={onDone}>
          Leave as it was
        </button>
      </div>
    </form>
  );
}

export function NoteEditor({ note, onSave }: NoteEditorProps) {
  const [editing, setEditing] = useState(false);
  const edit = (
    <button type="button" class="button" onClick={() => setEditing(true)}>
      {note === null ? 'Write a note' : 'Edit'}
    </button>
  );
  return (
    <Panel title="Notes" {...(editing ? {} : { actions: edit })}>
      {editing ? (
        <Editing note={note} onSave={onSave} onDone={() => setEditing(false)} />
      ) : (
        <p class={note === null ? 'soft' : 'note'}>
          <Foreign text={note ?? 'What this experiment is for, and what came of it.'} />
        </p>
      )}
    </Panel>
  );
}
