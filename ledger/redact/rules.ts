// What may be taken out of a run before it leaves this machine, by name, and what is taken out where nobody says
// otherwise. docs/export.md has the same table for people.
import { PylonError } from '../../protocol/errors.ts';

/**
 * `secrets` what looks like a key, token or password, wherever it stands; every redaction includes it · `input` quotes, previews,
 * payloads, the words of providers and errors, and hashes of all that · `answer` the answer · `query` the question · `prompts` what
 * else was said to models · `paths` names of files and folders · `keys` public keys, relays, ids of events on relays · `names` what
 * providers call themselves · `notes` notes of people on the run.
 */
export const REDACTION_RULES = [
  'secrets',
  'input',
  'answer',
  'query',
  'prompts',
  'paths',
  'keys',
  'names',
  'notes',
] as const;
export type RedactionRule = (typeof REDACTION_RULES)[number];
export type RedactionRules = ReadonlySet<RedactionRule>;

export const NO_REDACTION: RedactionRules = new Set();

/** Of a page that is shared: question and answer are what it is for, so they stay. */
export const SHARE_RULES: RedactionRules = new Set(['secrets', 'input', 'prompts', 'paths', 'keys', 'notes']);

/** Of what goes to another machine by itself: numbers, and no text but names. */
export const LEAVING_RULES: RedactionRules = new Set([...SHARE_RULES, 'answer', 'query']);

const SETS: Readonly<Record<string, RedactionRules>> = {
  none: NO_REDACTION,
  share: SHARE_RULES,
  leaving: LEAVING_RULES,
  all: new Set(REDACTION_RULES),
};

/**
 * `none`, `share`, `leaving`, `all`, or names of rules with commas between; any rule brings `secrets` with it.
 * @throws PylonError `option-invalid`
 */
export function parseRules(text: string): RedactionRules {
  const set = Object.hasOwn(SETS, text) ? SETS[text] : undefined;
  if (set !== undefined) return set;
  const rules = new Set<RedactionRule>(['secrets']);
  for (const name of text.split(',').map((part) => part.trim())) {
    const rule = REDACTION_RULES.find((known) => known === name);
    if (rule === undefined)
      throw new PylonError('option-invalid', {
        value: text,
        reason: `--redact takes none, share, leaving, all, or some of ${REDACTION_RULES.join(', ')}`,
      });
    rules.add(rule);
  }
  return rules;
}
