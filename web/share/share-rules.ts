// The rules of redaction in words, and what a preview of them says. Pure.

/** As `GET .../export/preview` answers. */
export interface SharePreview {
  readonly runs: number;
  readonly rules: readonly string[];
  readonly kept: readonly string[];
  readonly removed: readonly {
    readonly rule: string;
    readonly what: string;
    readonly count: number;
    readonly chars: number;
  }[];
  readonly chars: number;
}

/** Every rule, in the order in which it is offered; `secrets` is always in force. */
export const RULES: readonly (readonly [rule: string, words: string])[] = [
  ['secrets', 'What looks like a key, token or password'],
  ['input', 'Text of the input: quotes, previews, errors'],
  ['prompts', 'What was said to models'],
  ['paths', 'Names of files and folders'],
  ['keys', 'Public keys, relays, ids of events'],
  ['notes', 'Notes on runs'],
  ['names', 'What providers call themselves'],
  ['query', 'The question'],
  ['answer', 'The answer'],
];

/** What is taken out of a shared page where nobody chooses. */
export const USUAL: ReadonlySet<string> = new Set(['secrets', 'input', 'prompts', 'paths', 'keys', 'notes']);

/** For `redact=`. */
export function redactOf(rules: ReadonlySet<string>): string {
  return RULES.flatMap(([rule]) => (rule === 'secrets' || rules.has(rule) ? [rule] : [])).join(',');
}

/** What is taken out by a rule: how often and how much. */
export function removedBy(preview: SharePreview, rule: string): { readonly count: number; readonly chars: number } {
  const mine = preview.removed.filter((removal) => removal.rule === rule);
  return {
    count: mine.reduce((sum, { count }) => sum + count, 0),
    chars: mine.reduce((sum, { chars }) => sum + chars, 0),
  };
}
