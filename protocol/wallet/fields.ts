// The fields that NIP-47 bodies are made of. Wallets write `null`, `""` or nothing for what they do not have; here all
// three are absent.
import { z } from 'zod';
import { INVOICE_CHARS_MAX, WALLET_TEXT_CHARS_MAX } from '../limits.ts';
import { msat } from '../money.ts';

/** Past every clock, and far inside what a Date can hold (unix seconds of the year 9999). */
const UNIX_SECONDS_MAX = 253_402_300_799;

/** Absent, `null` and `""` are one. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

export const amount = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).transform(msat);
export const seconds = z.number().int().min(0).max(UNIX_SECONDS_MAX);
export const hash = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'is not 64 hex digits')
  .transform((text) => text.toLowerCase());
export const invoice = z.string().min(1).max(INVOICE_CHARS_MAX);
/** Text for people: longer is cut, for it decides nothing. */
export const words = z
  .string()
  .transform((text) => text.slice(0, WALLET_TEXT_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, ''));

/** The fields that have a value: our optional fields are absent or have one, and none may be forgotten. */
export function present<Value extends object>(fields: { [Name in keyof Value]-?: Value[Name] | undefined }): Value {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Value;
}
