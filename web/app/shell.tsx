// The frame round every view: where one is, where one can go, and whether what is shown is alive.
import { reach } from '../api/reach.ts';
import { StatusMark } from '../parts/mark.tsx';
import { Toasts } from '../parts/toast.tsx';
import { useAlive } from './alive.ts';
import { Connection } from './connection.tsx';
import { Help, helpIsOpen } from './help.tsx';
import { Outlet } from './outlet.tsx';
import { navigate, place } from './router.ts';
import { pathOf, type ViewName } from './routes.ts';
import { Settings } from './settings.tsx';
import { useShortcuts } from './shortcuts.ts';
import { SignedOut } from './signed-out.tsx';
import { turnTheme } from './theme.ts';

interface Link {
  readonly view: ViewName;
  readonly words: string;
  /** The views that belong to it. */
  readonly within: readonly ViewName[];
  /** Behind `g`. */
  readonly key: string;
}

const IMPROVEMENT: readonly ViewName[] = [
  'dse',
  'dse-signature',
  'dse-compile',
  'dse-canary',
  'dse-night',
  'dse-promotion',
  'dse-examples',
  'dse-label',
  'dse-receipts',
  'dse-receipt',
];

const LINKS: readonly Link[] = [
  { view: 'home', words: 'Now', within: ['home'], key: 'n' },
  { view: 'runs', words: 'Runs', within: ['runs', 'run', 'compare'], key: 'r' },
  { view: 'experiments', words: 'Experiments', within: ['experiments', 'experiment'], key: 'e' },
  { view: 'providers', words: 'Providers', within: ['providers', 'provider'], key: 'p' },
  { view: 'ledger', words: 'Ledger', within: ['ledger'], key: 'l' },
  { view: 'dse', words: 'Improve', within: IMPROVEMENT, key: 'i' },
];

function focusMain(): void {
  document.querySelector<HTMLElement>('#main')?.focus();
}

function focusSearch(): void {
  document.querySelector<HTMLElement>('#main input[type=search]')?.focus();
}

function openHelp(): void {
  helpIsOpen.value = true;
}

function Navigation() {
  return (
    <nav aria-label="Views">
      {LINKS.map(({ view, words, within }) => (
        <a key={view} href={pathOf(view)} aria-current={within.includes(place.value.view) ? 'page' : undefined}>
          {words}
        </a>
      ))}
    </nav>
  );
}

function OfflineNotice() {
  return reach.value !== 'offline' ? null : (
    <p class="notice" role="status">
      <StatusMark tone="late">The daemon does not answer.</StatusMark> Start it with <code>pylon start</code>; this page
      goes on when it is back.
    </p>
  );
}

export function Shell() {
  useAlive();
  useShortcuts('Everywhere', [
    ...LINKS.map(({ view, words, key }) => ({ keys: `g ${key}`, words, run: () => navigate(pathOf(view)) })),
    { keys: '/', words: 'Search, where there is a search', run: focusSearch },
    { keys: 't', words: 'Turn the theme: system, light, dark', run: turnTheme },
    { keys: '?', words: 'This list', run: openHelp },
  ]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the content
      </button>
      <header class="shell-bar">
        <a class="brand" href={pathOf('home')}>
          <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
            <path d="M8 1 13 15M8 1 3 15M5 9h6M6.4 5h3.2" />
          </svg>
          Pylon
        </a>
        <Navigation />
        <div class="shell-end">
          <Connection />
          <Settings />
        </div>
      </header>
      <main class="page" id="main" tabIndex={-1}>
        <OfflineNotice />
        {reach.value === 'out' ? <SignedOut /> : <Outlet />}
      </main>
      <Help />
      <Toasts />
    </div>
  );
}
