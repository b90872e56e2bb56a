// The frame round every view: where one is, and where one can go.

import { Outlet } from './outlet.tsx';
import { place } from './router.ts';
import { pathOf, type ViewName } from './routes.ts';

const LINKS: readonly (readonly [view: ViewName, words: string, within: readonly ViewName[]])[] = [
  ['home', 'Now', ['home']],
  ['runs', 'Runs', ['runs', 'run', 'compare']],
  ['experiments', 'Experiments', ['experiments', 'experiment']],
  ['providers', 'Providers', ['providers', 'provider']],
  ['ledger', 'Ledger', ['ledger']],
];

export function Shell() {
  return (
    <div class="shell">
      <header class="shell-bar">
        <strong>Pylon</strong>
        <nav aria-label="Views">
          {LINKS.map(([view, words, within]) => (
            <a key={view} href={pathOf(view)} aria-current={within.includes(place.value.view) ? 'page' : undefined}>
              {words}
            </a>
          ))}
        </nav>
      </header>
      <main class="page" id="main">
        <Outlet />
      </main>
    </div>
  );
}
