// A relay's address in its one spelling, so that two ways of writing it are one relay.
import { PylonError } from '../../protocol/errors.ts';

/** Longest address taken; longer ones are nobody's relay. */
const URL_CHARS_MAX = 1_024;

/** `wss://Host/` → `wss://host`. @throws PylonError `relay-url-invalid` */
export function relayUrl(text: string): string {
  const reject = (reason: string) => new PylonError('relay-url-invalid', { value: text, reason });
  if (text.length > URL_CHARS_MAX || !URL.canParse(text)) throw reject('the relay address is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw reject('the relay address does not begin with ws:// or wss://');
  if (url.username !== '' || url.password !== '') {
    // Not quoted: it holds a password, and errors are logged.
    throw new PylonError('relay-url-invalid', {
      value: url.host,
      reason: 'the relay address holds a user or password',
    });
  }
  url.hash = '';
  return url.pathname === '/' && url.search === '' ? `${url.protocol}//${url.host}` : url.href;
}

/** The addresses in their one spelling, each once, in order. @throws PylonError `relay-url-invalid` */
export function relayUrls(texts: Iterable<string>): string[] {
  const urls = [...new Set([...texts].map(relayUrl))];
  if (urls.length === 0) throw new PylonError('relay-url-invalid', { value: '', reason: 'no relay is named' });
  return urls;
}
