// What the public page shows and who may embed it: nothing, and nobody, unless the owner of this home says so in config.toml.
import { parseRules, type RedactionRules } from '../../ledger/redact/rules.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { Config } from '../settings/config.ts';
import { type Listen, parseListen } from '../sync/address.ts';

/** What may be seen, as it is configured now. */
export interface HudChoice {
  /** Whole ids. */
  readonly runs: readonly string[];
  /** Names: all their runs, those to come as well. */
  readonly experiments: readonly string[];
  /** Taken out of all of it; never nothing. */
  readonly rules: RedactionRules;
  /** Origins whose pages may frame it; `*` is anybody. */
  readonly frameAncestors: readonly string[];
}

export interface HudSettings {
  readonly listen: Listen;
  /** Read anew, so that what is taken out of the configuration is shown no more. @throws PylonError `config-*` */
  readonly choice: () => Promise<HudChoice>;
}

/** @throws PylonError `option-invalid` for `none`: a page for everybody has its secrets taken out at least */
export function parseHudRules(text: string): RedactionRules {
  const rules = parseRules(text);
  if (rules.size > 0) return rules;
  throw new PylonError('option-invalid', {
    value: text,
    reason: 'what everybody may see is redacted',
    next: 'write secrets, share, leaving, all, or some of the rules',
  });
}

/** An origin as a policy takes it, or `*`. */
export function isFrameAncestor(text: string): boolean {
  return text === '*' || /^https?:\/\/[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(text);
}

export function hudChoiceOf(config: Config): HudChoice {
  const list = (key: 'hud.runs' | 'hud.experiments' | 'hud.frame_ancestors') =>
    config.get(key)?.value as readonly string[];
  return {
    runs: list('hud.runs').map((id) => id.toUpperCase()),
    experiments: list('hud.experiments'),
    rules: parseHudRules(config.get('hud.redact')?.value as string),
    frameAncestors: list('hud.frame_ancestors'),
  };
}

export function hudListenOf(config: Config): Listen {
  return parseListen(config.get('hud.listen')?.value as string);
}

export function showsNothing({ runs, experiments }: HudChoice): boolean {
  return runs.length + experiments.length === 0;
}
