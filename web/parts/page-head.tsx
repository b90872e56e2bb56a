// The head of a view: its one <h1>, which gets the focus when one came here by a link, and names the document.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { arrived } from '../app/router.ts';
import { shownText } from './shown-text.ts';

export interface PageHeadProps {
  /** The heading, and the document's title; somebody else may have written it. */
  readonly title: string;
  /** A line above it: where this belongs. */
  readonly above?: ComponentChildren;
  /** A line below it. */
  readonly children?: ComponentChildren;
  /** Buttons and links, at the end of the line. */
  readonly actions?: ComponentChildren;
}

/** Every view begins with one. */
export function PageHead({ title: given, above, children, actions }: PageHeadProps) {
  const title = shownText(given);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Pylon`;
  }, [title]);
  useEffect(() => {
    if (arrived()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header class="page-head">
      <div class="page-title">
        {above === undefined ? null : <div class="soft page-above">{above}</div>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children === undefined ? null : <div class="soft">{children}</div>}
      </div>
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </header>
  );
}
