// A question about files of the daemon's machine, asked from the browser.
import { useSignal } from '@preact/signals';
import { navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { Field, type FieldWires } from '../parts/field.tsx';
import { Panel } from '../parts/panel.tsx';
import { toastFailure } from '../parts/toast.tsx';
import { type Faults, NOTHING_TYPED, questionOf, type Typed } from './ask-fields.ts';
import { startRun } from './start-run.ts';

interface Control {
  readonly value: string;
  readonly type: (value: string) => void;
  readonly wires: FieldWires;
}

function Lines({ value, type, wires, rows = 2 }: Control & { readonly rows?: number }) {
  return (
    <textarea
      {...wires}
      class="input"
      rows={rows}
      value={value}
      spellcheck={false}
      onInput={(event) => type(event.currentTarget.value)}
    />
  );
}

function Line({ value, type, wires, numeric = false }: Control & { readonly numeric?: boolean }) {
  return (
    <input
      {...wires}
      class="input"
      value={value}
      autocomplete="off"
      inputMode={numeric ? 'decimal' : 'text'}
      onInput={(event) => type(event.currentTarget.value)}
    />
  );
}

export function Ask() {
  const typed = useSignal<Typed>(NOTHING_TYPED);
  const faults = useSignal<Faults>({});
  const busy = useSignal(false);
  const control = (name: keyof Typed, wires: FieldWires): Control => ({
    wires,
    value: typed.value[name],
    type: (value) => {
      typed.value = { ...typed.value, [name]: value };
      if (faults.value[name] !== undefined) faults.value = { ...faults.value, [name]: undefined };
    },
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    const asked = questionOf(typed.value);
    faults.value = 'faults' in asked ? asked.faults : {};
    if ('faults' in asked) return;
    busy.value = true;
    try {
      navigate(pathOf('run', await startRun(asked.question)));
    } catch (thrown) {
      toastFailure(thrown);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Panel title="Ask">
      <form class="ask" onSubmit={(event) => void submit(event)} noValidate>
        <Field label="Question" error={faults.value.query}>
          {(wires) => <Lines {...control('query', wires)} />}
        </Field>
        <Field
          label="Files"
          hint="Paths on this machine from / on, one a line: files, folders, globs"
          error={faults.value.files}
        >
          {(wires) => <Lines {...control('files', wires)} />}
        </Field>
        <details>
          <summary>Options</summary>
          <div class="fields">
            <Field label="Budget" hint="Sats, at most" error={faults.value.budget}>
              {(wires) => <Line {...control('budget', wires)} numeric />}
            </Field>
            <Field label="Fan-out" hint="Questions in flight" error={faults.value.fanout}>
              {(wires) => <Line {...control('fanout', wires)} numeric />}
            </Field>
            <Field label="Experiment" hint="Files the run under this name">
              {(wires) => <Line {...control('experiment', wires)} />}
            </Field>
          </div>
          <Field label="Relays" hint="One a line; none means the embedded one, with providers of its own">
            {(wires) => <Lines {...control('relays', wires)} rows={1} />}
          </Field>
        </details>
        <button type="submit" class="button button-primary" disabled={busy.value}>
          {busy.value ? 'Asking…' : 'Ask'}
        </button>
      </form>
    </Panel>
  );
}
