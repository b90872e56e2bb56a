// A part of a view with a heading of its own, and figures in it: what it is called, what it is, what it means.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface PanelProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  /** Without the inner distance: for a table that reaches the edges. */
  readonly flush?: boolean;
  readonly children: ComponentChildren;
}

/** A section; its <h2> names it. */
export function Panel({ title, actions, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section class={flush ? 'panel panel-flush' : 'panel'} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </div>
      <div class="panel-body">{children}</div>
    </section>
  );
}

export interface Figure {
  readonly label: string;
  readonly value: ComponentChildren;
  /** Small print below the value. */
  readonly note?: ComponentChildren;
}

/** Figures side by side, as a description list. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ label, value, note }) => (
        <div key={label} class="figure">
          <dt>{label}</dt>
          <dd>
            <span class="figure-value">{value}</span>
            {note === undefined ? null : <span class="figure-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Names and values line by line: configuration, facts of an event. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
