// Chooses the columns of the list; the choice stays in this browser.
import { signal } from '@preact/signals';
import { keep, kept } from '../app/preferences.ts';
import { Popover } from '../parts/popover.tsx';
import { COLUMN_IDS, COLUMN_WORDS, type ColumnId, readColumns, toggled, writeColumns } from './columns.ts';

const KEPT = 'run-columns';

export const columns = signal(readColumns(kept(KEPT)));

function toggle(id: ColumnId): void {
  columns.value = toggled(columns.value, id);
  keep(KEPT, writeColumns(columns.value));
}

export function ColumnChooser() {
  return (
    <Popover label="Columns">
      {() => (
        <fieldset class="columns">
          <legend class="visually-hidden">Columns that are shown</legend>
          {COLUMN_IDS.map((id) => (
            <label key={id} class="check">
              <input type="checkbox" checked={columns.value.includes(id)} onChange={() => toggle(id)} />
              {COLUMN_WORDS[id]}
            </label>
          ))}
        </fieldset>
      )}
    </Popover>
  );
}
