// A button that opens a small surface below it: Escape and a click elsewhere close it, and the button gets the focus back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface PopoverProps {
  /** The words of the button. */
  readonly label: ComponentChildren;
  /** What the surface is called, when the button's words do not say it. */
  readonly name?: string;
  readonly children: (close: () => void) => ComponentChildren;
  /** What opens: a menu, or anything else. */
  readonly kind?: 'menu' | 'dialog';
  readonly disabled?: boolean;
}

export function Popover({ label, name, children, kind = 'dialog', disabled = false }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('[role=menuitem], input, select, button, a')?.focus();
    const onPointer = (event: Event) => {
      const inside = event.target instanceof Node && box.current?.parentElement?.contains(event.target) === true;
      if (!inside) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard for whatever in it has the focus
    <div
      class="popover"
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class="button"
        aria-haspopup={kind}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {label}
        <span aria-hidden="true" class="soft">
          ▾
        </span>
      </button>
      {open ? (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name
        <div
          ref={box}
          id={id}
          class="popover-surface"
          role={kind}
          aria-label={name ?? (typeof label === 'string' ? label : undefined)}
        >
          {children(close)}
        </div>
      ) : null}
    </div>
  );
}
