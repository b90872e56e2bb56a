// Sentences with `commands` in them, as the daemon's errors have: what stands between backticks is shown as code.
import { shownText } from './shown-text.ts';

export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {shownText(text)
        .split(/`([^`]+)`/)
        .map((part, index) => (
          <span key={index}>{index % 2 === 1 ? <code>{part}</code> : part}</span>
        ))}
    </>
  );
}
