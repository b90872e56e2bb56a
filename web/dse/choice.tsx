// A choice between a few values, or all of them.
import { Field } from '../parts/field.tsx';

export interface ChoiceProps {
  /** Read aloud. */
  readonly label: string;
  /** What stands for no choice: `all splits`. */
  readonly all: string;
  /** Empty for all. */
  readonly value: string;
  readonly values: readonly string[];
  readonly words?: (value: string) => string;
  readonly onChoose: (value: string) => void;
}

export function Choice({ label, all, value, values, words = (one) => one, onChoose }: ChoiceProps) {
  return (
    <Field label={label} quiet>
      {(wires) => (
        <select {...wires} class="input" value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
          <option value="">{all}</option>
          {values.map((one) => (
            <option key={one} value={one}>
              {words(one)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
