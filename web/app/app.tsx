// Where the dashboard begins in the browser: let in, then show the shell.
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/shell.css';
import '../styles/parts.css';
import '../styles/table.css';
import '../styles/surfaces.css';
import '../styles/print.css';
import { render } from 'preact';
import { watchReach } from '../api/reach.ts';
import { enter, watchForLinks } from './enter.ts';
import { startRouter } from './router.ts';
import { Shell } from './shell.tsx';
import { listenForShortcuts } from './shortcuts.ts';
import { applyTheme } from './theme.ts';

async function start(root: HTMLElement): Promise<void> {
  applyTheme();
  watchReach();
  watchForLinks();
  await enter();
  startRouter();
  listenForShortcuts();
  render(<Shell />, root);
}

const root = document.getElementById('app');
if (root !== null) void start(root);
