// A few words that somebody else wrote, within a line of ours: names, models, questions, reasons. They are shown as text, and turn
// nothing around them.
import { shownText } from './shown-text.ts';

export interface ForeignProps {
  readonly text: string;
  readonly class?: string;
  /** What it says in full, where the style cuts it. */
  readonly title?: string;
}

export function Foreign({ text, class: name, title }: ForeignProps) {
  return (
    <bdi class={name} title={title === undefined ? undefined : shownText(title)}>
      {shownText(text)}
    </bdi>
  );
}
