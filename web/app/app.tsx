// Where the dashboard begins in the browser: let in, then show the shell.
import '../styles/tokens.css';
import '../styles/base.css';
import { render } from 'preact';
import { ApiError } from '../api/client.ts';
import { enter } from './enter.ts';
import { startRouter } from './router.ts';
import { Shell } from './shell.tsx';

async function start(root: HTMLElement): Promise<void> {
  try {
    await enter();
  } catch (thrown) {
    const words = thrown instanceof ApiError ? `${thrown.message}. ${thrown.next}` : String(thrown);
    render(<p role="alert">{words}</p>, root);
    return;
  }
  startRouter();
  render(<Shell />, root);
}

const root = document.getElementById('app');
if (root !== null) void start(root);
