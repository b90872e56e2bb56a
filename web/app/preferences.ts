// What a browser remembers of its user's choices: theme, columns, keys. Never anything of a run. A browser that keeps nothing is no fault.

/** What was kept under this name. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`pylon.${name}`);
  } catch {
    return null; // storage is switched off: the defaults hold
  }
}

/** Keeps it for the next visit, where the browser does. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`pylon.${name}`, value);
  } catch {
    return; // storage is switched off or full: the choice holds for this visit
  }
}
