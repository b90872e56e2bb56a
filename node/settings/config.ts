// The configuration in force: config.toml, then PYLON_* variables, then flags, each value with where
// it came from. One schema for all three (fields.ts).
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { type Environment, errnoOf, homePaths, readPrivateFile } from '../home.ts';
import { checkSetting, defaults, type Field, readSetting } from './fields.ts';
import { nearest } from './suggest.ts';

/** Every key of config.toml and the field that checks it. `a.b` is key b of table [a]. */
export const CONFIG_KEYS = {
  relays: 'relays',
  backend: 'backend',
  model: 'model',
  sub_model: 'sub_model',
  fanout: 'fanout',
  budget_sats: 'budget_sats',
  chunk_size: 'chunk_size',
  timeout_s: 'timeout_s',
  deadline_s: 'deadline_s',
  strategy: 'strategy',
  'rlm.max_depth': 'max_depth',
  'rlm.max_iterations': 'max_iterations',
  'rlm.max_lm_calls': 'max_lm_calls',
  'rlm.max_sub_calls': 'max_sub_calls',
  'rlm.max_tool_calls': 'max_tool_calls',
  'rlm.max_output_chars': 'max_output_chars',
  'rlm.window_tokens': 'window_tokens',
  quorum: 'quorum',
  verify: 'verify',
  local_only: 'local_only',
  escrow: 'escrow',
  experiment: 'experiment',
  dataset: 'dataset',
  providers: 'providers',
  log: 'log',
  port: 'port',
  'resume.automatic': 'resume_automatically',
  'sync.allow': 'sync_allow',
  'sync.listen': 'sync_listen',
  'sync.url': 'sync_url',
  'sync.quota_mb': 'sync_quota_mb',
  'hud.runs': 'hud_runs',
  'hud.experiments': 'hud_experiments',
  'hud.listen': 'hud_listen',
  'hud.frame_ancestors': 'hud_frame_ancestors',
  'hud.redact': 'hud_redact',
  'wallet.payout_threshold_sats': 'payout_threshold_sats',
  'wallet.fee_reserve_ppm': 'fee_reserve_ppm',
  'hub.relays': 'relays',
  'provider.name': 'name',
  'provider.concurrency': 'concurrency',
  'provider.price_base_msat': 'price_base_msat',
  'provider.price_msat_per_1k_chars': 'price_msat_per_1k_chars',
  'provider.credit_sats': 'credit_sats',
  'provider.operator': 'operator',
} as const satisfies Record<string, Field>;

export type ConfigKey = keyof typeof CONFIG_KEYS;

function defaultOf(key: ConfigKey): unknown {
  const field = CONFIG_KEYS[key];
  if (field === 'relays') return [];
  return field in defaults ? defaults[field as keyof typeof defaults] : undefined;
}

export interface ConfigEntry {
  readonly key: ConfigKey;
  /** Undefined where nothing is set and there is no default. */
  readonly value: unknown;
  /** `default`, `config.toml` or the name of the variable. */
  readonly source: string;
}

export type Config = ReadonlyMap<ConfigKey, ConfigEntry>;

/** `provider.name` → `PYLON_PROVIDER_NAME`. */
export function variableOf(key: ConfigKey): string {
  return `PYLON_${key.replace('.', '_').toUpperCase()}`;
}

/** A key as the user wrote it. @throws PylonError `config-invalid` with the nearest key there is */
export function toConfigKey(text: string, where: string): ConfigKey {
  if (Object.hasOwn(CONFIG_KEYS, text)) return text as ConfigKey;
  const guess = nearest(text, Object.keys(CONFIG_KEYS));
  throw new PylonError('config-invalid', {
    value: text,
    reason: `${where} has no key of this name`,
    next: guess === undefined ? 'see `pylon config` for the keys there are' : `did you mean ${guess}?`,
  });
}

type Table = Record<string, unknown>;

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Reads and parses config.toml; undefined when there is none. @throws PylonError `config-unreadable` */
export async function readConfigText(home: string): Promise<string | undefined> {
  const path = homePaths.config(home);
  try {
    return await readPrivateFile(path);
  } catch (cause) {
    const reason = `the configuration file cannot be read: ${errnoOf(cause) || toPylonError(cause).reason}`;
    throw new PylonError('config-unreadable', { value: path, reason, next: 'check its permissions', cause });
  }
}

/** @throws PylonError `config-unreadable` naming the line */
export async function parseConfigText(text: string, path: string): Promise<Table> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text) as Table;
  } catch (cause) {
    const words = toPylonError(cause).reason.replace(/^Invalid TOML document: /, '');
    const short = words.split(/\s\d+:\s/)[0] ?? words;
    const where = cause instanceof TomlError ? ` at line ${cause.line}, column ${cause.column}` : '';
    throw new PylonError('config-unreadable', { value: path, reason: `invalid TOML${where}: ${short}`, cause });
  }
}

/** The checked values of a parsed config.toml. @throws PylonError `config-invalid` and the fields' own codes */
export function checkConfigTable(table: Table, path: string): Map<ConfigKey, unknown> {
  const found = new Map<ConfigKey, unknown>();
  const take = (name: string, value: unknown) => {
    const key = toConfigKey(name, path);
    found.set(
      key,
      checkSetting(CONFIG_KEYS[key], value, {
        name: `${name} in ${path}`,
        code: 'config-invalid',
        next: `fix it there, or \`pylon config set ${name} <value>\``,
      }),
    );
  };
  for (const [name, value] of Object.entries(table)) {
    if (!isTable(value)) take(name, value);
    else for (const [inner, innerValue] of Object.entries(value)) take(`${name}.${inner}`, innerValue);
  }
  return found;
}

/** Variables that look like ours and are not: most likely misspelt. */
export function unknownVariables(environment: Environment): string[] {
  const keys = Object.keys(CONFIG_KEYS).map((key) => variableOf(key as ConfigKey));
  const known = new Set([...keys, 'PYLON_HOME', 'PYLON_NWC']);
  return Object.keys(environment).filter((name) => name.startsWith('PYLON_') && !known.has(name));
}

/** The configuration in force for a home. @throws PylonError `config-unreadable` | `config-invalid` and the fields' own codes */
export async function loadConfig(home: string, environment: Environment): Promise<Config> {
  const path = homePaths.config(home);
  const text = await readConfigText(home);
  const file =
    text === undefined ? new Map<ConfigKey, unknown>() : checkConfigTable(await parseConfigText(text, path), path);
  const config = new Map<ConfigKey, ConfigEntry>();
  for (const key of Object.keys(CONFIG_KEYS) as ConfigKey[]) {
    const variable = variableOf(key);
    const set = environment[variable];
    if (set !== undefined && set !== '') {
      const origin = { name: variable, code: 'config-invalid', next: `fix or unset ${variable}` } as const;
      config.set(key, { key, value: readSetting(CONFIG_KEYS[key], set, origin), source: variable });
    } else if (file.has(key)) {
      config.set(key, { key, value: file.get(key), source: 'config.toml' });
    } else {
      config.set(key, { key, value: defaultOf(key), source: 'default' });
    }
  }
  return config;
}
