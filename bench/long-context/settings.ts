// What a benchmark is asked with: flags of `pylon bench run`, read and checked.
import { z } from 'zod';
import { WINDOW_TOKENS_DEFAULT } from '../../conductor/predict/routing.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { Method } from './method.ts';
import { METHODS, methodOf } from './methods/catalogue.ts';
import { SUITES, suiteOf } from './suites/catalogue.ts';
import type { Suite } from './task.ts';

/** What makes two results comparable: it stands in each line of the checkpoint, and a resumed run skips what has the same. */
export interface Conditions {
  /** `oracle`, or the model of a real endpoint. */
  readonly model: string;
  readonly seed: number;
  readonly error_rate: number;
  readonly verify: string;
  readonly fanout: number;
  readonly providers: number;
  /** Tokens that the model's window is taken to have: what direct and summary-compaction may show at a time. */
  readonly window_tokens: number;
  readonly chunk_bytes: number | null;
  readonly latency_ms: number;
}

export interface Settings {
  readonly suites: readonly Suite[];
  readonly methods: readonly Method[];
  readonly sizes: readonly number[];
  /** Tasks of each suite and size that are run; all when absent. */
  readonly limit: number | undefined;
  readonly conditions: Conditions;
  readonly experiment: string;
  /** Forgets an earlier checkpoint of the same folder. */
  readonly fresh: boolean;
  /** The runs go into the home's library. */
  readonly keeps: boolean;
  readonly json: boolean;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };
const SIZE = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i;
export const BYTES_MIN = 2_000;
const SIZES_DEFAULT = '64KB';

function invalid(flag: string, value: unknown, reason: string): PylonError {
  return new PylonError('option-invalid', { value: `${flag} ${String(value)}`, reason });
}

/** `8KB`, `1.5MB`, `64000`; decimal. @throws PylonError `option-invalid` */
export function readSize(text: string): number {
  const [, number, unit = ''] = SIZE.exec(text.trim()) ?? [];
  const bytes = number === undefined ? Number.NaN : Math.round(Number(number) * UNITS[unit.toLowerCase()]!);
  if (!(bytes >= BYTES_MIN)) throw invalid('--sizes', text, `a size is like 8KB or 1MB, ${BYTES_MIN} bytes at least`);
  return bytes;
}

/** Words with commas between, of a flag that may be repeated. */
function listOf(given: unknown, otherwise: readonly string[]): string[] {
  const texts = given === undefined ? otherwise : Array.isArray(given) ? given.map(String) : [String(given)];
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function numberOf(flag: string, given: unknown, schema: z.ZodNumber, otherwise: number): number {
  if (given === undefined) return otherwise;
  const parsed = schema.safeParse(typeof given === 'string' && given.trim() !== '' ? Number(given) : given);
  if (parsed.success) return parsed.data;
  throw invalid(flag, given, parsed.error.issues[0]?.message ?? 'is not valid');
}

const whole = (least: number, most: number) => z.number().int().min(least).max(most);

/** `--replicas 3` is `--verify redundancy:2of3`. */
function verifyOf({ verify, replicas }: Readonly<Record<string, unknown>>): string {
  if (replicas === undefined) return verify === undefined ? 'none' : String(verify);
  if (verify !== undefined) throw invalid('--replicas', replicas, 'give --replicas or --verify, not both');
  const count = numberOf('--replicas', replicas, whole(1, 9), 1);
  return count === 1 ? 'none' : `redundancy:${Math.floor(count / 2) + 1}of${count}`;
}

/** @param flags as commander read them @throws PylonError `option-invalid` naming the flag */
export function settingsOf(flags: Readonly<Record<string, unknown>>): Settings {
  const seed = numberOf('--seed', flags.seed, whole(0, 2 ** 31 - 1), 1);
  const model = flags.model === undefined ? 'oracle' : String(flags.model);
  const error_rate = numberOf('--error-rate', flags.errorRate, z.number().min(0).max(1), 0);
  if (model !== 'oracle' && flags.errorRate !== undefined)
    throw invalid('--error-rate', flags.errorRate, 'only the oracle errs on demand: leave out --model');
  const chunk = flags.chunkSize === undefined ? null : readSize(String(flags.chunkSize));
  return {
    suites: listOf(
      flags.suite,
      SUITES.map(({ name }) => name),
    ).map(suiteOf),
    methods: listOf(
      flags.method,
      METHODS.map(({ name }) => name),
    ).map(methodOf),
    sizes: listOf(flags.sizes, [SIZES_DEFAULT]).map(readSize),
    limit: flags.limit === undefined ? undefined : numberOf('--limit', flags.limit, whole(1, 10_000), 1),
    conditions: {
      model,
      seed,
      error_rate,
      verify: verifyOf(flags),
      fanout: numberOf('--fanout', flags.fanout, whole(1, 1_000), 10),
      providers: numberOf('--providers', flags.providers, whole(1, 64), 4),
      window_tokens: numberOf('--window', flags.window, whole(1_024, 10_000_000), WINDOW_TOKENS_DEFAULT),
      chunk_bytes: chunk,
      latency_ms: numberOf('--latency-ms', flags.latencyMs, whole(0, 60_000), 0),
    },
    experiment: flags.experiment === undefined ? `bench-${seed}` : String(flags.experiment),
    fresh: flags.fresh === true,
    keeps: flags.log !== false,
    json: flags.json === true,
  };
}
