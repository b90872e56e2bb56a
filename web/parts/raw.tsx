// A text as it was said or written down, JSON laid out, cut where it is long: it is a stranger's, and shown as text.
import './raw.css';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { grouped } from '../../protocol/words.ts';
import { CopyButton } from './copy-button.tsx';
import { SHOWN_CHARS_MAX, shownPart } from './shown-text.ts';

/** JSON is laid out; anything else is shown as it is. */
function laidOut(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload; // not JSON: a provider may have said anything
  }
}

export interface RawProps {
  /** JSON, or any text. */
  readonly text: string;
  /** What it is, in words: `answer`. */
  readonly what: string;
  /** Shown of it at first; the rest behind a button, as far as a page can hold it. */
  readonly charsMax?: number;
  /** A line above it, beside the button that copies all of it. */
  readonly children?: ComponentChildren;
}

export function Raw({ text, what, charsMax = SHOWN_CHARS_MAX, children }: RawProps) {
  const [isWhole, setWhole] = useState(false);
  const whole = useMemo(() => laidOut(text), [text]);
  const { text: shown, left } = shownPart(whole, isWhole ? SHOWN_CHARS_MAX : charsMax);
  const hasMore = left > 0 && !isWhole && charsMax < SHOWN_CHARS_MAX;
  return (
    <>
      <p class="actions">
        {children === undefined ? null : <span class="soft">{children}</span>}
        <CopyButton text={text} what={what} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre class="payload" dir="ltr" tabIndex={0}>
        {shown}
      </pre>
      {left > 0 ? (
        <p class="soft actions">
          {grouped(left)} more characters are not shown.
          {hasMore ? (
            <button type="button" class="button" onClick={() => setWhole(true)}>
              Show more
            </button>
          ) : null}
        </p>
      ) : null}
    </>
  );
}

/** A value as JSON, folded away until somebody asks for it. */
export function RawFold({ value, what }: { readonly value: unknown; readonly what: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="fold-raw" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The {what} as JSON</summary>
      {isOpen ? <Raw text={JSON.stringify(value)} what={what} charsMax={RAW_CHARS} /> : null}
    </details>
  );
}

/** Of a value that most do not want to read whole. */
const RAW_CHARS = 8_000;
