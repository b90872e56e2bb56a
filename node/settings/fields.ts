// The one schema of every value a user can set: run options, the provider's options and config.toml
// use these same fields, so a bad value gets the same words wherever it comes from.
import { z } from 'zod';
import { STRATEGY_CHOICES, WINDOW_TOKENS_DEFAULT } from '../../conductor/predict/routing.ts';
import { type ErrorCode, isErrorCode, PylonError, toPylonError } from '../../protocol/errors.ts';
import { CHUNK_BYTES_MAX, CHUNK_BYTES_MIN, FANOUT_MAX, SCHEMA_CHARS_MAX } from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import { parsePublicKey } from '../../protocol/public-key.ts';
import { parseQuorum } from '../../protocol/quorum.ts';
import { isUlid } from '../../protocol/ulid.ts';
import { isFrameAncestor, parseHudRules } from '../hud/settings.ts';
import { isSyncUrl, parseListen } from '../sync/address.ts';

/** More embedded providers than this only compete for the same cores. */
export const PROVIDERS_MAX = 64;
/** Most relays of one run; the run record keeps as many. */
export const RELAYS_MAX = 64;
/** A day: past it a run is a service, not a question. */
const SECONDS_MAX = 86_400;
/** The trace tells no deeper one (protocol/trace.ts). */
const DEPTH_MAX = 16;
/** Calls of one run: past it a run is a service, not a question. */
const CALLS_MAX = 1_000_000;
const CHARS_MAX = 1e9;
/** A smaller window holds no question beside its prompt. */
const WINDOW_TOKENS_MIN = 1_024;
/** Each may fill its own share of the disk. */
const SYNC_KEYS_MAX = 1_000;
/** A terabyte. */
const SYNC_QUOTA_MB_MAX = 1_048_576;
/** Each is a page that anybody may ask for. */
const HUD_SHOWN_MAX = 64;
/** The largest number of sats whose msat are still a safe integer. */
const SATS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1_000);
const MSAT_MAX = 1e12;
/** Ten bitcoin, as for prices. */
const CREDIT_SATS_MAX = 1e9;
/** Routing that costs as much as what it carries is no routing. */
const FEE_PPM_MAX = 1_000_000;

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function whole(min: number, max: number) {
  const error = `must be a whole number from ${grouped(min)} to ${grouped(max)}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

function seconds() {
  const error = `must be a number of seconds above 0 and at most ${grouped(SECONDS_MAX)}`;
  return z.number({ error }).gt(0, { error }).max(SECONDS_MAX, { error });
}

function words(charsMax: number) {
  const error = `must be text of 1 to ${charsMax} characters`;
  return z.string({ error }).min(1, { error }).max(charsMax, { error });
}

/** Strangers are checked where that is possible (node/engine/tier-choice.ts). */
export const AUTO_TIER = 'auto';

/** A text that `parse` accepts; the issue carries the code and the words of what it threw. */
function parsed(parse: (text: string) => unknown) {
  return z.string({ error: 'must be text' }).superRefine((value, context) => {
    try {
      parse(value);
    } catch (thrown) {
      const { code, reason, next } = toPylonError(thrown);
      context.addIssue({ code: 'custom', message: reason, params: { code, next } });
    }
  });
}

/** True for a ws:// or wss:// URL with a host and without a password in it. */
export function isRelayUrl(text: string): boolean {
  if (text.length > 1_024 || !URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hostname !== '' && url.password === '';
}

const relayUrl = z
  .string({ error: 'must be text' })
  .refine(isRelayUrl, { error: 'the relay address is not a ws:// or wss:// URL' });

const yesOrNo = z.boolean({ error: 'must be true or false' });

export const BACKENDS = ['auto', 'extractive', 'openai'] as const;
export type BackendChoice = (typeof BACKENDS)[number];

/** Every field, without defaults. Names are those of the open format and of config.toml. */
export const fields = {
  fanout: whole(1, FANOUT_MAX),
  budget_sats: whole(0, SATS_MAX),
  relays: z
    .array(relayUrl, { error: 'must be a list of relay URLs' })
    .max(RELAYS_MAX, { error: `must be at most ${RELAYS_MAX} relay URLs` }),
  chunk_size: whole(CHUNK_BYTES_MIN, CHUNK_BYTES_MAX),
  timeout_s: seconds(),
  deadline_s: seconds(),
  strategy: z.enum(STRATEGY_CHOICES, { error: `must be one of ${STRATEGY_CHOICES.join(', ')}` }),
  max_depth: whole(1, DEPTH_MAX),
  max_iterations: whole(1, CALLS_MAX),
  max_lm_calls: whole(1, CALLS_MAX),
  max_sub_calls: whole(1, CALLS_MAX),
  max_tool_calls: whole(0, CALLS_MAX),
  max_output_chars: whole(1, CHARS_MAX),
  window_tokens: whole(WINDOW_TOKENS_MIN, CHARS_MAX),
  quorum: parsed(parseQuorum),
  verify: parsed((text) => text === AUTO_TIER || parseVerification(text)),
  verify_schema: words(SCHEMA_CHARS_MAX),
  backend: z.enum(BACKENDS, { error: 'there is no such backend' }),
  model: words(256),
  sub_model: words(256),
  local_only: yesOrNo,
  public: yesOrNo,
  escrow: yesOrNo,
  experiment: words(256),
  dataset: words(256),
  providers: whole(0, PROVIDERS_MAX),
  log: yesOrNo,
  port: whole(0, 65_535),
  name: words(128),
  concurrency: whole(1, FANOUT_MAX),
  price_base_msat: whole(0, MSAT_MAX),
  price_msat_per_1k_chars: whole(0, MSAT_MAX),
  credit_sats: whole(0, CREDIT_SATS_MAX),
  operator: parsed(parsePublicKey),
  payout_threshold_sats: whole(1, SATS_MAX),
  fee_reserve_ppm: whole(0, FEE_PPM_MAX),
  resume_automatically: yesOrNo,
  sync_allow: z
    .array(parsed(parsePublicKey), { error: 'must be a list of public keys' })
    .max(SYNC_KEYS_MAX, { error: `must be at most ${SYNC_KEYS_MAX} public keys` }),
  sync_listen: parsed(parseListen),
  sync_url: z.string({ error: 'must be text' }).refine(isSyncUrl, { error: 'must be an http:// or https:// address' }),
  sync_quota_mb: whole(1, SYNC_QUOTA_MB_MAX),
  hud_runs: z
    .array(
      z
        .string({ error: 'must be text' })
        .refine((text) => isUlid(text.toUpperCase()), { error: 'is not a whole run id' }),
      { error: 'must be a list of run ids' },
    )
    .max(HUD_SHOWN_MAX, { error: `must be at most ${HUD_SHOWN_MAX} runs` }),
  hud_experiments: z
    .array(words(256), { error: 'must be a list of experiments' })
    .max(HUD_SHOWN_MAX, { error: `must be at most ${HUD_SHOWN_MAX} experiments` }),
  hud_listen: parsed(parseListen),
  hud_frame_ancestors: z
    .array(
      z
        .string({ error: 'must be text' })
        .refine(isFrameAncestor, { error: 'is not an origin like https://example.org' }),
      { error: 'must be a list of origins' },
    )
    .max(HUD_SHOWN_MAX, { error: `must be at most ${HUD_SHOWN_MAX} origins` }),
  hud_redact: parsed(parseHudRules),
} as const;

/** What holds where nobody said otherwise: run options, provider options and `pylon config` all take it from here. */
export const defaults = {
  fanout: 10,
  budget_sats: 1_000,
  timeout_s: 60,
  strategy: 'auto',
  max_depth: 2,
  window_tokens: WINDOW_TOKENS_DEFAULT,
  quorum: 'all',
  verify: AUTO_TIER,
  backend: 'auto',
  local_only: false,
  public: false,
  escrow: false,
  providers: 4,
  log: true,
  /** Of the daemon's API; 0 takes any free one. */
  port: 7_780,
  name: 'pylon',
  concurrency: 4,
  price_base_msat: 10,
  price_msat_per_1k_chars: 1,
  /**
   * What a stranger may owe a provider. A run pays at its end, so this must carry one: at the default price it is 30 MB of
   * chunks at a single provider. It is also what anybody can take who pays nothing, with every new key again.
   */
  credit_sats: 50,
  /** Half of what a provider gives on credit by default: it is paid before it has to ask. */
  payout_threshold_sats: 25,
  /** One hundredth: what wallets commonly allow for routing. */
  fee_reserve_ppm: 10_000,
  resume_automatically: true,
  /** Nobody: without a key the door for synced runs is not opened. */
  sync_allow: [],
  /** This machine alone: a reverse proxy on it, or an SSH tunnel, brings others. */
  sync_listen: '127.0.0.1:7781',
  /** Of one key: the traces of some hundred large runs. */
  sync_quota_mb: 1_024,
  /** Nothing: without a run or an experiment the public page is not served. */
  hud_runs: [],
  hud_experiments: [],
  /** This machine alone, as above. */
  hud_listen: '127.0.0.1:7782',
  hud_frame_ancestors: [],
  hud_redact: 'share',
} as const;

/** Fields whose failure has a code of its own in the catalogue. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  budget_sats: 'money-invalid',
  price_base_msat: 'money-invalid',
  price_msat_per_1k_chars: 'money-invalid',
  credit_sats: 'money-invalid',
  relays: 'relay-url-invalid',
  backend: 'backend-unknown',
};

/** Next steps that name the unit, where the catalogue's are too general. */
const NEXT: Readonly<Record<string, string>> = {
  price_base_msat: 'write whole msat, for example 10',
  price_msat_per_1k_chars: 'write whole msat, for example 1',
};

/** How the caller speaks of one key: `--fanout`, `PYLON_FANOUT`, `fanout in /home/…/config.toml`. */
export interface SettingOrigin {
  readonly name: string;
  /** Code of a failure that has none of its own. */
  readonly code: ErrorCode;
  readonly next?: string;
}

export type Field = keyof typeof fields;

function printed(value: unknown, path: readonly PropertyKey[]): string {
  let part = value;
  for (const step of path) part = (part as Record<PropertyKey, unknown>)?.[step];
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? String(part));
}

/** The one line for a value that failed: names the key, quotes the value, says what to do. */
export function settingError(
  field: string,
  value: unknown,
  issue: z.core.$ZodIssue | undefined,
  origin: SettingOrigin,
): PylonError {
  const params: Record<string, unknown> = (issue?.code === 'custom' ? issue.params : undefined) ?? {};
  const own = typeof params.code === 'string' && isErrorCode(params.code) ? params.code : CODES[field];
  const next =
    typeof params.next === 'string' ? params.next : (NEXT[field] ?? (own === undefined ? origin.next : undefined));
  const message = issue?.message ?? 'is not valid';
  return new PylonError(own ?? origin.code, {
    value: printed(value, issue?.path ?? []),
    reason: `${origin.name}${message.startsWith('must') ? ' ' : ': '}${message}`,
    ...(next === undefined ? {} : { next }),
  });
}

/** Checks one value. @throws PylonError with the field's code, else the origin's */
export function checkSetting(field: Field, value: unknown, origin: SettingOrigin): unknown {
  const parsedValue = fields[field].safeParse(value);
  if (parsedValue.success) return parsedValue.data;
  throw settingError(field, value, parsedValue.error.issues[0], origin);
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
};

/** Reads a value written as text: a flag's argument or a variable. Lists are separated by commas. @throws PylonError */
export function readSetting(field: Field, text: string, origin: SettingOrigin): unknown {
  const { type } = fields[field].def;
  const trimmed = text.trim();
  if (type === 'number') {
    const value = trimmed === '' || !/^[-+]?[\d.]+(e\d+)?$/i.test(trimmed) ? Number.NaN : Number(trimmed);
    // The text goes into the message, not what it was read as: 1e9 stays "1e9".
    const parsedValue = fields[field].safeParse(value);
    if (parsedValue.success) return parsedValue.data;
    throw settingError(
      field,
      text,
      { ...parsedValue.error.issues[0], path: [] } as unknown as z.core.$ZodIssue,
      origin,
    );
  }
  if (type === 'array') {
    const parts = trimmed.split(',').map((part) => part.trim());
    return checkSetting(
      field,
      parts.filter((part) => part !== ''),
      origin,
    );
  }
  return checkSetting(field, type === 'boolean' ? (SWITCHES[trimmed.toLowerCase()] ?? text) : text, origin);
}
