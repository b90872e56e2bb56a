// The words of OTLP/JSON (opentelemetry-proto, JSON mapping): ids in hex, 64-bit numbers and nanoseconds as strings, enums
// as numbers, attributes as a list.
import { sha256Hex } from '../../protocol/event.ts';
import { wellFormed } from '../../protocol/text.ts';

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } };

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

export interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number; readonly message?: string };
}

export const SPAN_INTERNAL = 1;
export const SPAN_CLIENT = 3;
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** A span's status: unset while it goes on, else ok or the error's words. */
export function statusOf(ended: boolean, error?: string): OtlpSpan['status'] {
  if (error !== undefined) return { code: STATUS_ERROR, message: wellFormed(error) };
  return { code: ended ? STATUS_OK : 0 };
}

const TRACE_ID_CHARS = 32;
const SPAN_ID_CHARS = 16;

/** The same run always has the same id, so that a collector that is told twice sees it once. */
export function traceIdOf(runId: string): string {
  return sha256Hex(`pylon/otlp/trace/v1 ${runId}`).slice(0, TRACE_ID_CHARS);
}

/** @param part `run`, `query <id>`, `predict <seq>`: what of the run it is */
export function spanIdOf(runId: string, part: string): string {
  return sha256Hex(`pylon/otlp/span/v1 ${runId} ${part}`).slice(0, SPAN_ID_CHARS);
}

/** Unix ms as nanoseconds. Never before 1970: the format's times are unsigned. */
export function nanoseconds(unixMs: number): string {
  return `${BigInt(Math.max(0, Math.round(unixMs * 1_000)))}000`;
}

/** A number that is not always whole: the same attribute must not be now an int and then a double. */
interface Real {
  readonly real: number;
}

type Known = string | number | boolean | Real | readonly string[];

function otlpValue(plain: Known): OtlpValue {
  if (typeof plain === 'string') return { stringValue: wellFormed(plain) };
  if (typeof plain === 'boolean') return { boolValue: plain };
  if (typeof plain === 'number') return { intValue: `${Math.round(plain)}` };
  if ('real' in plain) return { doubleValue: plain.real };
  return { arrayValue: { values: plain.map((text) => ({ stringValue: wellFormed(text) })) } };
}

/** @param value undefined stays it */
export function real(value: number | undefined): Real | undefined {
  return value === undefined ? undefined : { real: value };
}

/** Attributes of an object; what is not known is left out. */
export function attributesOf(plain: Readonly<Record<string, Known | null | undefined>>): OtlpAttribute[] {
  const attributes: OtlpAttribute[] = [];
  for (const [key, value] of Object.entries(plain)) {
    if (value !== null && value !== undefined) attributes.push({ key, value: otlpValue(value) });
  }
  return attributes;
}
