// What the leaderboard is asked, as its address says it: window, model, order. Pure.
import { PROVIDER_ORDERS, type ProviderOrder } from './orders.ts';

/** Windows one click away; any other can be typed. */
export const WINDOWS = ['24h', '7d', '30d'] as const;
const SINCE = /^[1-9]\d{0,4}[hdw]$/;

export interface Question {
  readonly since: string;
  readonly model: string;
  readonly sort: ProviderOrder;
}

export const QUESTION: Question = { since: '24h', model: '', sort: 'success' };

/** Whether it can be asked; the daemon knows the rest. */
export function isWindow(text: string): boolean {
  return SINCE.test(text);
}

/** What the address asks; what it says wrongly counts as not said. */
export function questionOf(params: URLSearchParams): Question {
  const since = params.get('since') ?? '';
  const sort = PROVIDER_ORDERS.find((order) => order === params.get('sort'));
  return {
    since: isWindow(since) ? since : QUESTION.since,
    model: (params.get('model') ?? '').slice(0, 256),
    sort: sort ?? QUESTION.sort,
  };
}

/** Undoes `questionOf`; what is usual is left out. Begins with `?` unless it is empty. */
export function addressOf(question: Question): string {
  const params = new URLSearchParams();
  for (const key of ['since', 'model', 'sort'] as const)
    if (question[key] !== QUESTION[key]) params.set(key, question[key]);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Where the answer is. */
export function pathOfQuestion({ since, model, sort }: Question, limit: number): string {
  const params = new URLSearchParams({ since, sort, limit: String(limit), ...(model === '' ? {} : { model }) });
  return `/api/providers?${params}`;
}
