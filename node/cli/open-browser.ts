// Opens an address in the user's browser, where there is one to open. The browser outlives us and we do not wait for it.
import { spawn } from 'node:child_process';
import { release } from 'node:os';
import type { Environment } from '../home.ts';

/** Program and first arguments that open an address; undefined where there is no screen to open it on. */
export function openerOf(platform: NodeJS.Platform, environment: Environment): readonly string[] | undefined {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (isWindowsLinux(environment)) return ['wslview'];
  const { DISPLAY, WAYLAND_DISPLAY } = environment;
  return (DISPLAY ?? '') === '' && (WAYLAND_DISPLAY ?? '') === '' ? undefined : ['xdg-open'];
}

/** Linux below Windows has no browser of its own. */
function isWindowsLinux({ WSL_DISTRO_NAME }: Environment): boolean {
  return WSL_DISTRO_NAME !== undefined && /microsoft/i.test(release());
}

/** @returns why it could not be opened; undefined when a program took it */
export function openBrowser(opener: readonly string[], url: string): Promise<string | undefined> {
  const [program = '', ...words] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...words, url], { detached: true, stdio: 'ignore' });
    child.once('error', (error) => resolve(error.message));
    child.once('spawn', () => {
      child.unref();
      resolve(undefined);
    });
  });
}
