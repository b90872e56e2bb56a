// Which time is looked at: three windows one click away, and any other typed.
import { useState } from 'preact/hooks';
import { Field } from '../parts/field.tsx';
import { isWindow, WINDOWS } from './window.ts';

export interface WindowChoiceProps {
  readonly since: string;
  readonly onChange: (since: string) => void;
}

const WORDS: Readonly<Record<string, string>> = { '24h': '24 h', '7d': '7 d', '30d': '30 d' };

function Custom({ since, onChange }: WindowChoiceProps) {
  const [typed, setTyped] = useState(WINDOWS.some((window) => window === since) ? '' : since);
  const wrong = typed !== '' && !isWindow(typed);
  const apply = () => {
    if (isWindow(typed) && typed !== since) onChange(typed);
  };
  return (
    <form
      class="window-custom"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Field label="Other window" quiet error={wrong ? 'hours, days or weeks: 12h, 3d, 2w' : undefined}>
        {(wires) => (
          <input
            {...wires}
            class="input"
            type="text"
            size={6}
            maxLength={6}
            placeholder="12h, 3d, 2w"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value.trim())}
            onBlur={apply}
          />
        )}
      </Field>
    </form>
  );
}

export function WindowChoice({ since, onChange }: WindowChoiceProps) {
  return (
    <fieldset class="windows">
      <legend class="visually-hidden">Window of time</legend>
      {WINDOWS.map((window) => (
        <button
          key={window}
          type="button"
          class="button"
          aria-pressed={window === since}
          onClick={() => onChange(window)}
        >
          {WORDS[window]}
        </button>
      ))}
      <Custom key={since} since={since} onChange={onChange} />
    </fieldset>
  );
}
