// Shows the view of the address: loads it, keeps the old one until the new one is there, and says when it cannot.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { place } from './router.ts';
import { VIEWS, type View } from './views.ts';

const shown = signal<{ readonly view: View; readonly subject: string } | undefined>(undefined);
const failure = signal<string | undefined>(undefined);

async function show(): Promise<void> {
  const { view, subject } = place.value;
  failure.value = view === 'unknown' ? 'There is nothing at this address.' : undefined;
  if (view === 'unknown') return;
  try {
    const loaded = await VIEWS[view]();
    if (place.value.view === view) shown.value = { view: loaded.default, subject: place.value.subject };
  } catch {
    // The daemon was stopped or renewed since the page was opened; a reload fetches what belongs to it.
    failure.value = `This view could not be loaded${subject === '' ? '' : ` for ${subject}`}. Reload the page.`;
  }
}

export function Outlet() {
  const where = place.value;
  useEffect(() => void show(), [where.view, where.subject]);
  if (failure.value !== undefined) {
    return (
      <p role="alert">
        {failure.value} <a href="/rlm">To the start</a>
      </p>
    );
  }
  const current = shown.value;
  if (current === undefined) return <p role="status">Loading…</p>;
  const { view: Current, subject } = current;
  return <Current key={subject} subject={subject} />;
}
