// Shows the view of the address: loads it, keeps the old one until the new one is there, and says when it cannot.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PageHead } from '../parts/page-head.tsx';
import { Loading } from '../parts/states.tsx';
import { address, place } from './router.ts';
import { pathOf } from './routes.ts';
import { VIEWS, type View } from './views.ts';

const shown = signal<{ readonly view: View; readonly subject: string } | undefined>(undefined);
const failure = signal<string | undefined>(undefined);

async function show(): Promise<void> {
  const { view, subject } = place.value;
  failure.value = undefined;
  if (view === 'unknown') return;
  try {
    const loaded = await VIEWS[view]();
    if (place.value.view === view) shown.value = { view: loaded.default, subject: place.value.subject };
  } catch {
    // The daemon was stopped or renewed since the page was opened; a reload fetches what belongs to it.
    failure.value = `This view could not be loaded${subject === '' ? '' : ` for ${subject}`}. Reload the page.`;
  }
}

function Missing({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <>
      <PageHead title={title}>{children}</PageHead>
      <p>
        <a href={pathOf('home')}>To the start</a>
      </p>
    </>
  );
}

export function Outlet() {
  const where = place.value;
  useEffect(() => void show(), [where.view, where.subject]);
  if (where.view === 'unknown') return <Missing title="Nothing here">{address.value.pathname}</Missing>;
  if (failure.value !== undefined) return <Missing title="Not loaded">{failure.value}</Missing>;
  const current = shown.value;
  if (current === undefined) return <Loading />;
  const { view: Current, subject } = current;
  return <Current key={subject} subject={subject} />;
}
