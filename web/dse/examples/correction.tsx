// What is right instead, as JSON: read before it is sent, so that a slip of the pen is told here.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { Field } from '../../parts/field.tsx';
import { parsed } from './glance.ts';

export interface CorrectionProps {
  readonly expected: DseExample['expectedJson'];
  readonly onCorrect: (expected: DseExample['expectedJson']) => void;
  readonly onCancel: () => void;
}

const ROWS_MIN = 4;
const ROWS_MAX = 24;

export function Correction({ expected, onCorrect, onCancel }: CorrectionProps) {
  const [text, setText] = useState(() => JSON.stringify(expected, null, 2));
  const [isTried, setTried] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const read = parsed(text);
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if ('value' in read) onCorrect(read.value);
  };
  return (
    <form class="correction" onSubmit={submit}>
      <Field label="What is right" hint="JSON" error={isTried && 'fault' in read ? read.fault : undefined}>
        {(wires) => (
          <textarea
            {...wires}
            ref={box}
            class="input correction-text"
            rows={Math.min(ROWS_MAX, Math.max(ROWS_MIN, text.split('\n').length))}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <p class="actions">
        <button type="submit" class="button button-primary">
          Keep the correction
        </button>
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
