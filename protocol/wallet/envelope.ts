// The events around NIP-47's bodies: info (plain), request, response and notification (sealed). Requests, responses
// and notifications are of ephemeral kinds: a relay hands them to who listens now and keeps none, so an answer that
// is missed is gone, and what became of a payment is found out by lookup_invoice alone.
import { type EventTemplate, tagValue } from '../event.ts';
import {
  KIND_WALLET_INFO,
  KIND_WALLET_NOTIFICATION,
  KIND_WALLET_NOTIFICATION_LEGACY,
  KIND_WALLET_REQUEST,
  KIND_WALLET_RESPONSE,
} from '../kinds.ts';

export type WalletEncryption = 'nip44_v2' | 'nip04';

/** What a wallet service says of itself (kind 13194). */
export interface WalletServiceInfo {
  readonly methods: readonly string[];
  readonly notifications: readonly string[];
  readonly encryptions: readonly string[];
}

/** Ten methods and three notifications take 250 characters; wallets add a few. */
const INFO_CHARS_MAX = 4_096;
const NAMES_MAX = 64;

/** Words of a list. NIP-47 separates by spaces; some wallets by commas. */
function namesOf(text: string | undefined): string[] {
  if (text === undefined || text.length > INFO_CHARS_MAX) return [];
  return text.split(/[\s,]+/, NAMES_MAX).filter((name) => name !== '');
}

export function encodeWalletServiceInfo(info: WalletServiceInfo, nowSeconds: number): EventTemplate {
  const tags = [['encryption', info.encryptions.join(' ')]];
  if (info.notifications.length > 0) tags.push(['notifications', info.notifications.join(' ')]);
  return { kind: KIND_WALLET_INFO, created_at: nowSeconds, tags, content: info.methods.join(' ') };
}

/** No `encryption` tag means NIP-04 only: the tag is younger than the wallets that lack it (NIP-47). */
export function parseWalletServiceInfo(event: Pick<EventTemplate, 'tags' | 'content'>): WalletServiceInfo {
  const encryption = tagValue(event, 'encryption');
  const tagged = event.tags.find(([name]) => name === 'notifications')?.slice(1, NAMES_MAX) ?? [];
  return {
    methods: namesOf(event.content),
    notifications: tagged.flatMap(namesOf).slice(0, NAMES_MAX),
    encryptions: encryption === undefined ? ['nip04'] : namesOf(encryption),
  };
}

/** The best that both sides speak; undefined when there is none. */
export function commonEncryption(info: WalletServiceInfo): WalletEncryption | undefined {
  return (['nip44_v2', 'nip04'] as const).find((known) => info.encryptions.includes(known));
}

/** How a request is sealed, by its tag: `nip04` where it has none (NIP-47); undefined for anything unknown. */
export function requestEncryption(event: Pick<EventTemplate, 'tags'>): WalletEncryption | undefined {
  const named = tagValue(event, 'encryption') ?? 'nip04';
  return named === 'nip44_v2' || named === 'nip04' ? named : undefined;
}

/** Times in unix seconds; from `expiresAt` on the service must ignore the request. */
export function walletRequestEvent(request: {
  readonly sealed: string;
  readonly service: string;
  readonly encryption: WalletEncryption;
  readonly createdAt: number;
  readonly expiresAt: number;
}): EventTemplate {
  return {
    kind: KIND_WALLET_REQUEST,
    created_at: request.createdAt,
    tags: [
      ['p', request.service],
      // The legacy form has no tag: a service that knows only NIP-04 may know no tag either.
      ...(request.encryption === 'nip04' ? [] : [['encryption', request.encryption]]),
      ['expiration', String(request.expiresAt)],
    ],
    content: request.sealed,
  };
}

export function walletResponseEvent(response: {
  readonly sealed: string;
  readonly client: string;
  readonly requestId: string;
  readonly createdAt: number;
}): EventTemplate {
  return {
    kind: KIND_WALLET_RESPONSE,
    created_at: response.createdAt,
    tags: [
      ['p', response.client],
      ['e', response.requestId],
    ],
    content: response.sealed,
  };
}

export function walletNotificationEvent(notification: {
  readonly sealed: string;
  readonly client: string;
  readonly encryption: WalletEncryption;
  readonly createdAt: number;
}): EventTemplate {
  return {
    kind: notification.encryption === 'nip04' ? KIND_WALLET_NOTIFICATION_LEGACY : KIND_WALLET_NOTIFICATION,
    created_at: notification.createdAt,
    tags: [['p', notification.client]],
    content: notification.sealed,
  };
}
