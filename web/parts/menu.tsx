// A menu of actions below a button: arrows, Home and End move, Enter picks, Escape closes.
import { Popover } from './popover.tsx';

export interface MenuItem {
  readonly words: string;
  /** Either what is done, or where it leads. */
  readonly onPick?: () => void;
  readonly href?: string;
  /** With `href`: saved to this name instead of shown. Empty lets the daemon name it. */
  readonly download?: string;
  readonly disabled?: boolean;
}

function move(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const to = targets[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

function Item({ item, close }: { readonly item: MenuItem; readonly close: () => void }) {
  const { words, href, download, onPick, disabled = false } = item;
  if (href !== undefined && !disabled)
    return (
      <a role="menuitem" class="menu-item" tabIndex={-1} href={href} download={download} onClick={close}>
        {words}
      </a>
    );
  return (
    <button
      type="button"
      role="menuitem"
      class="menu-item"
      tabIndex={-1}
      aria-disabled={disabled}
      onClick={() => {
        if (disabled) return;
        close();
        onPick?.();
      }}
    >
      {words}
    </button>
  );
}

export function Menu(props: {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly disabled?: boolean;
}) {
  const { label, items, disabled = false } = props;
  return (
    <Popover label={label} kind="menu" disabled={disabled}>
      {(close) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the items in it have the focus
        <div class="menu" role="presentation" onKeyDown={move}>
          {items.map((item) => (
            <Item key={item.words} item={item} close={close} />
          ))}
        </div>
      )}
    </Popover>
  );
}
