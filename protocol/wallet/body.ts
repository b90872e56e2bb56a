// The plain bodies inside NIP-47's sealed events: request, response, notification. JSON of a stranger: its size is
// bounded by the seal, its nesting by the schemas, and what does not fit is refused with a code.
import { z } from 'zod';
import { type ErrorCode, PylonError } from '../errors.ts';
import { preview } from '../text.ts';
import { fromWalletFailure, type WalletFailure } from './error-codes.ts';
import { isWalletMethod, PARAMS, paramsToWire, type WalletMethod, type WalletParams } from './methods.ts';
import { RESULT_TO_WIRE, RESULTS, type WalletResults } from './results.ts';
import { type Transaction, transactionSchema, transactionToWire } from './transaction.ts';

export const WALLET_NOTIFICATIONS = ['payment_received', 'payment_sent', 'hold_invoice_accepted'] as const;

export interface WalletNotification {
  readonly type: (typeof WALLET_NOTIFICATIONS)[number];
  readonly transaction: Transaction;
}

/** No value is quoted and no cause kept: bodies hold preimages. */
function parseJson(text: string, code: ErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PylonError(code, { reason: 'the body is not JSON' });
  }
}

function check<Value>(schema: z.ZodType<Value>, value: unknown, code: ErrorCode): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : preview(issue.path.join('.'), 64);
  throw new PylonError(code, { reason: `${where} is malformed` });
}

export function encodeWalletRequest<Method extends WalletMethod>(method: Method, params: WalletParams[Method]): string {
  return JSON.stringify({ method, params: paramsToWire(params) });
}

const requestSchema = z.object({ method: z.string().min(1).max(64), params: z.unknown().optional() });

/** What is asked for, its params still unread, so that a refusal can name the method. @throws PylonError `request-invalid` */
export function parseWalletRequest(body: string): { method: string; params: unknown } {
  const { method, params } = check(requestSchema, parseJson(body, 'request-invalid'), 'request-invalid');
  return { method, params: params ?? {} };
}

/** One request of a method that is known, with sound params. */
export type WalletCall = {
  [Method in WalletMethod]: { readonly method: Method; readonly params: WalletParams[Method] };
}[WalletMethod];

/** @throws PylonError `wallet-not-implemented` | `request-invalid` */
export function parseWalletCall({ method, params }: { method: string; params: unknown }): WalletCall {
  if (!isWalletMethod(method)) throw new PylonError('wallet-not-implemented', { value: method });
  return { method, params: check<WalletParams[WalletMethod]>(PARAMS[method], params, 'request-invalid') } as WalletCall;
}

export function encodeWalletResult<Method extends WalletMethod>(method: Method, result: WalletResults[Method]): string {
  return JSON.stringify({ result_type: method, error: null, result: RESULT_TO_WIRE[method](result) });
}

/** @param method as the request spelt it, known or not */
export function encodeWalletFailure(method: string, error: WalletFailure): string {
  return JSON.stringify({ result_type: method, error, result: null });
}

const responseSchema = z.object({
  result_type: z.string().max(64),
  error: z.object({ code: z.string().max(64), message: z.string().nullish() }).nullish(),
  result: z.unknown().optional(),
});

/**
 * The result of a method.
 * @throws PylonError `wallet-response-invalid`, also for the answer to another method; or the wallet's refusal, `wallet-*`
 */
export function parseWalletResponse<Method extends WalletMethod>(method: Method, body: string): WalletResults[Method] {
  const code = 'wallet-response-invalid';
  const response = check(responseSchema, parseJson(body, code), code);
  if (response.result_type !== method) throw new PylonError(code, { reason: 'the wallet answered another method' });
  if (response.error) throw fromWalletFailure({ code: response.error.code, message: response.error.message ?? '' });
  return check<WalletResults[Method]>(RESULTS[method] as z.ZodType<WalletResults[Method]>, response.result, code);
}

export function encodeWalletNotification({ type, transaction }: WalletNotification): string {
  return JSON.stringify({ notification_type: type, notification: transactionToWire(transaction) });
}

const notificationSchema = z
  .object({ notification_type: z.enum(WALLET_NOTIFICATIONS), notification: transactionSchema })
  .transform((wire) => ({ type: wire.notification_type, transaction: wire.notification }));

/** @throws PylonError `wallet-response-invalid` */
export function parseWalletNotification(body: string): WalletNotification {
  const code = 'wallet-response-invalid';
  return check(notificationSchema, parseJson(body, code), code);
}
