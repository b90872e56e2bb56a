// From flags to options: a flag beats a variable beats config.toml beats the default. Values are still
// text here; each is read and checked by the one schema, under the flag's own name.
import type { Config, ConfigKey } from '../settings/config.ts';
import { checkSetting, type Field, readSetting, settingError } from '../settings/fields.ts';
import {
  type ProviderOptions,
  providerOptionsSchema,
  type RunOptions,
  runOptionsSchema,
} from '../settings/run-options.ts';

/** What commander parsed, by camelCase flag name. */
export type Flags = Readonly<Record<string, unknown>>;

interface FlagRow {
  /** Commander's name of it. */
  readonly flag: string;
  /** As it is written. */
  readonly written: string;
  readonly field: Field;
  /** Where the value comes from when the flag is not given. */
  readonly key?: ConfigKey;
}

function row(written: string, field: Field, key?: ConfigKey): FlagRow {
  const flag = written.replace(/^--(no-)?/, '').replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { flag, written, field, ...(key === undefined ? {} : { key }) };
}

const RUN_FLAGS: readonly FlagRow[] = [
  row('--fanout', 'fanout', 'fanout'),
  row('--budget', 'budget_sats', 'budget_sats'),
  row('--relay', 'relays', 'relays'),
  row('--chunk-size', 'chunk_size', 'chunk_size'),
  row('--timeout', 'timeout_s', 'timeout_s'),
  row('--deadline', 'deadline_s', 'deadline_s'),
  row('--strategy', 'strategy', 'strategy'),
  row('--max-depth', 'max_depth', 'rlm.max_depth'),
  row('--max-iterations', 'max_iterations', 'rlm.max_iterations'),
  row('--max-lm-calls', 'max_lm_calls', 'rlm.max_lm_calls'),
  row('--max-sub-calls', 'max_sub_calls', 'rlm.max_sub_calls'),
  row('--max-tool-calls', 'max_tool_calls', 'rlm.max_tool_calls'),
  row('--max-output-chars', 'max_output_chars', 'rlm.max_output_chars'),
  row('--window', 'window_tokens', 'rlm.window_tokens'),
  row('--quorum', 'quorum', 'quorum'),
  row('--verify', 'verify', 'verify'),
  row('--backend', 'backend', 'backend'),
  row('--model', 'model', 'model'),
  row('--sub-model', 'sub_model', 'sub_model'),
  row('--local-only', 'local_only', 'local_only'),
  row('--public', 'public'),
  row('--escrow', 'escrow', 'escrow'),
  row('--experiment', 'experiment', 'experiment'),
  row('--dataset', 'dataset', 'dataset'),
  row('--providers', 'providers', 'providers'),
];

const PROVIDER_FLAGS: readonly FlagRow[] = [
  row('--relay', 'relays', 'relays'),
  row('--backend', 'backend', 'backend'),
  row('--model', 'model', 'model'),
  row('--concurrency', 'concurrency', 'provider.concurrency'),
  row('--price-base-msat', 'price_base_msat', 'provider.price_base_msat'),
  row('--price-msat-per-1k-chars', 'price_msat_per_1k_chars', 'provider.price_msat_per_1k_chars'),
  row('--credit', 'credit_sats', 'provider.credit_sats'),
  row('--name', 'name', 'provider.name'),
  row('--operator', 'operator', 'provider.operator'),
];

/** One flag's value, checked; undefined when it was not given. @throws PylonError `option-invalid` and the field's own codes */
export function flagValue(flags: Flags, written: string, field: Field): unknown {
  const given = flags[row(written, field).flag];
  if (given === undefined) return undefined;
  const origin = { name: written, code: 'option-invalid' } as const;
  return typeof given === 'string' ? readSetting(field, given, origin) : checkSetting(field, given, origin);
}

function gather(rows: readonly FlagRow[], flags: Flags, config: Config): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { written, field, key } of rows) {
    const value = flagValue(flags, written, field) ?? (key === undefined ? undefined : config.get(key)?.value);
    if (value !== undefined) values[field] = value;
  }
  return values;
}

/** The options of a run. @throws PylonError naming the flag */
export function runOptionsOf(flags: Flags, config: Config): RunOptions {
  const values = gather(RUN_FLAGS, flags, config);
  // `--no-log` makes commander set `log` to false; without it `log` is true whatever the configuration says.
  values.log = flags.log === false ? false : (config.get('log')?.value ?? true);
  const parsed = runOptionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw settingError(String(issue?.path[0] ?? ''), values, issue, { name: 'options', code: 'option-invalid' });
}

/** How this process sells inference. @throws PylonError naming the flag */
export function providerOptionsOf(flags: Flags, config: Config): ProviderOptions {
  const values = gather(PROVIDER_FLAGS, flags, config);
  const parsed = providerOptionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw settingError(String(issue?.path[0] ?? ''), values, issue, { name: 'options', code: 'option-invalid' });
}
