// The address bar as signals. Links are plain <a href>, so that they open in tabs and are read aloud as links.
import { computed, signal } from '@preact/signals';
import { placeOf } from './routes.ts';

/** The address as it is now. */
export const address = signal(new URL(location.href));
/** What it shows. */
export const place = computed(() => placeOf(address.value.pathname));

let hasMoved = false;

/** Whether one came to this view by a link, not by opening the page: then its heading takes the focus. */
export function arrived(): boolean {
  return hasMoved;
}

/** Goes to an address of the dashboard. @param replace leaves no step to come back to */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const before = placeOf(location.pathname);
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  address.value = new URL(location.href);
  const { view, subject } = place.value;
  if (view === before.view && subject === before.subject) return;
  hasMoved = true;
  scrollTo(0, 0);
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Takes clicks on our own links and the browser's back and forward. Called once. */
export function startRouter(): void {
  addEventListener('popstate', () => {
    hasMoved = true;
    address.value = new URL(location.href);
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.defaultPrevented || !isPlainClick(event)) return;
    if (link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (placeOf(link.pathname).view === 'unknown') return;
    event.preventDefault();
    if (link.href !== location.href) navigate(link.href);
  });
}
