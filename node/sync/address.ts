// Where a daemon takes synced runs, as people write it: `host:port` to listen on, and the address by which others reach it.
import { PylonError } from '../../protocol/errors.ts';
import { SYNC_PATH } from '../../protocol/sync.ts';

const PORT_MAX = 65_535;
const URL_CHARS_MAX = 1_024;

export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** @param text `127.0.0.1:7781`, `[::1]:7781`, `0.0.0.0:0`. @throws PylonError `option-invalid` */
export function parseListen(text: string): Listen {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= PORT_MAX) return { host, port: Number(port) };
  throw new PylonError('option-invalid', {
    value: text,
    reason: 'must be an address to listen on',
    next: 'write host:port, for example 127.0.0.1:7781',
  });
}

/** Of a host that is written in a URL: an IPv6 address stands in brackets. */
export function originOf({ host, port }: Listen): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** An address that can be signed: without a name, a password, a query or a mark in it. */
export function isSyncUrl(text: string): boolean {
  if (text.length > URL_CHARS_MAX || !URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username + password + search + hash === '';
}

/** The address of the door, by the address of its daemon. */
export function endpointOf(url: string): string {
  const { href } = new URL(url);
  const base = href.replace(/\/+$/, '');
  return base.endsWith('/runs/sync') ? base : `${base}${SYNC_PATH}`;
}

/** What is said to it stays on this machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
