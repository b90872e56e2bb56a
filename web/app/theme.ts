// Light or dark: as the system has it, unless the user chose.
import { effect, signal } from '@preact/signals';
import { keep, kept } from './preferences.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const stored = kept('theme');

export const theme = signal<Theme>(THEMES.find((name) => name === stored) ?? 'system');

/** Whether the page is dark now: for what is drawn on a canvas. */
export const isDark = signal(false);

/** The next one, in the order of the settings. */
export function turnTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
}

/** Keeps the page in the theme that is chosen. Called once. */
export function applyTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const look = () => {
    isDark.value = theme.peek() === 'system' ? system.matches : theme.peek() === 'dark';
  };
  system.addEventListener('change', look);
  effect(() => {
    const chosen = theme.value;
    if (chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    keep('theme', chosen);
    look();
  });
}
