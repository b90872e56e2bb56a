// Takes out of one value what the rules name, and counts it. What a value becomes depends on it, on the run's first event
// and on the home's own key, on nothing else: not on what came before.
import { createHmac } from 'node:crypto';
import type { InputFile, RunConfig, RunError } from '../../protocol/run.ts';
import type { SpanRef } from '../../protocol/span.ts';
import { PathNames } from './paths.ts';
import type { RedactionRule, RedactionRules } from './rules.ts';
import { withoutSecrets } from './secrets.ts';

export const REMOVED = '[removed]';
/** Where a field must be 64 hex digits and nothing may be told. */
export const NO_HASH = '0'.repeat(64);
/** Names of nodes on relays and of events there. */
const PUBLIC_KEY = /\b(?:npub|nprofile|note|nevent|naddr)1[02-9ac-hj-np-z]{8,}|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;
const HEX_KEY = /^[0-9a-f]{64}$/;
const PSEUDONYM_CHARS = 16;

export interface Removal {
  readonly rule: RedactionRule;
  /** A field (`SubQueryReturn.preview`), or the kind of a secret. */
  readonly what: string;
  count: number;
  chars: number;
}

export interface CutterOptions {
  readonly rules: RedactionRules;
  readonly inputs: readonly InputFile[];
  /** 32 bytes that only this home knows: stands-in for keys and hashes are made with it, so that nobody can guess back. */
  readonly key: Uint8Array;
}

export class Cutter {
  readonly rules: RedactionRules;
  readonly #paths: PathNames;
  readonly #key: Uint8Array;
  readonly #removals = new Map<string, Removal>();

  constructor({ rules, inputs, key }: CutterOptions) {
    this.rules = rules;
    this.#paths = new PathNames(rules.has('paths') ? inputs : []);
    this.#key = key;
  }

  removals(): Removal[] {
    return [...this.#removals.values()];
  }

  note(rule: RedactionRule, what: string, chars: number): void {
    const name = `${rule} ${what}`;
    const known = this.#removals.get(name);
    if (known === undefined) this.#removals.set(name, { rule, what, count: 1, chars });
    else {
      known.count++;
      known.chars += chars;
    }
  }

  /** A text in which anything may stand. */
  words(text: string, field: string): string {
    if (this.rules.size === 0 || text === '') return text;
    let clean = withoutSecrets(text, (kind, chars) => this.note('secrets', kind, chars));
    if (this.rules.has('paths')) clean = this.#paths.within(clean, () => this.note('paths', field, 0));
    if (this.rules.has('keys'))
      clean = clean.replace(PUBLIC_KEY, (key) => {
        this.note('keys', field, key.length);
        return '[key]';
      });
    return clean;
  }

  /** A text that goes as a whole where one of the rules is in force. */
  text(value: string, field: string, ...rules: readonly RedactionRule[]): string {
    const rule = rules.find((one) => this.rules.has(one));
    if (rule === undefined || value === '') return this.words(value, field);
    this.note(rule, field, value.length);
    return REMOVED;
  }

  path(value: string, field: string): string {
    if (!this.rules.has('paths')) return this.words(value, field);
    this.note('paths', field, value.length);
    return this.#paths.of(value);
  }

  /** Whose key it is: the same node has the same name in everything this home exports. */
  node(value: string, field: string): string {
    if (!this.rules.has('keys') || !HEX_KEY.test(value)) return this.words(value, field);
    this.note('keys', field, value.length);
    return `anon-${this.#keyed(value).slice(0, PSEUDONYM_CHARS)}`;
  }

  /** A hash of what is removed: whoever guesses a short text could check the guess, so it becomes one that only this home can make. */
  hash(value: string, field: string): string {
    if (!this.rules.has('input')) return value;
    this.note('input', field, value.length);
    return this.#keyed(value);
  }

  #keyed(value: string): string {
    return createHmac('sha256', this.#key).update(value).digest('hex');
  }

  /** Names of scores are chosen by people, and must stay names. */
  scores<Score extends number | null>(scores: Readonly<Record<string, Score>>): Record<string, Score> {
    const left = Object.entries(scores).map(([name, score]) => {
      const isClean = this.words(name, 'RunAnnotate.scores') === name;
      return [isClean ? name : `anon-${this.#keyed(name).slice(0, PSEUDONYM_CHARS)}`, score] as const;
    });
    return Object.fromEntries(left);
  }

  error(error: RunError, field: string): RunError {
    return { code: this.words(error.code, field), message: this.text(error.message, `${field}.message`, 'input') };
  }

  span(span: SpanRef, field: string): SpanRef {
    const { commit, ...rest } = span;
    const dropsCommit = commit === undefined || this.rules.has('input');
    if (commit !== undefined && dropsCommit) this.note('input', `${field}.commit`, commit.length);
    return {
      ...rest,
      id: this.words(span.id, `${field}.id`),
      path: this.path(span.path, `${field}.path`),
      ...(dropsCommit ? {} : { commit: this.words(commit, `${field}.commit`) }),
      content_hash: this.hash(span.content_hash, `${field}.content_hash`),
    };
  }

  config(config: RunConfig): RunConfig {
    const { verification_schema, ...rest } = config;
    const words = (value: string) => this.words(value, 'RunInit.config');
    return {
      ...rest,
      method: words(config.method),
      model: words(config.model),
      quorum: words(config.quorum),
      verification: words(this.#verification(config.verification)),
      strategy_id: words(config.strategy_id),
      relays: config.relays.map((relay) => this.text(relay, 'RunInit.config.relays', 'keys')),
      ...(verification_schema === undefined
        ? {}
        : {
            verification_schema: this.text(
              verification_schema,
              'RunInit.config.verification_schema',
              'prompts',
              'input',
            ),
          }),
    };
  }

  /** `objective:<file>` names a file. */
  #verification(tier: string): string {
    const [, name, path] = /^(objective):(.+)$/.exec(tier) ?? [];
    return path === undefined ? tier : `${name}:${this.path(path, 'RunInit.config.verification')}`;
  }
}
