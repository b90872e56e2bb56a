// A form field: label, control, hint and error, wired so that they are read aloud together.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** Spread over the control. */
export interface FieldWires {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** The label is read aloud but not shown. */
  readonly quiet?: boolean;
  readonly children: (wires: FieldWires) => ComponentChildren;
}

export function Field({ label, hint, error, quiet = false, children }: FieldProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean);
  const wires = {
    id,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
    'aria-invalid': error !== undefined,
  };
  return (
    <div class="field">
      <label for={id} class={quiet ? 'visually-hidden' : undefined}>
        {label}
      </label>
      {children(wires)}
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
