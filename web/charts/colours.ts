// The colours of the tokens as a canvas takes them: `light-dark()` is resolved by the browser only for an element.

/** @param token such as `--accent`. @param near an element of the page, whose theme counts */
export function colourOf(token: string, near: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  near.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** Calls when the theme changes, by the system or by the toggle. @returns stops */
export function onTheme(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  const toggled = new MutationObserver(changed);
  toggled.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', changed);
    toggled.disconnect();
  };
}
