// Keys that act from anywhere on the page, and the list of them that the help shows. They rest while one types, and can be switched
// off, because who speaks to the computer presses letters by accident (WCAG 2.1.4).
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { follow } from './key-sequence.ts';
import { keep, kept } from './preferences.ts';

export interface Shortcut {
  /** As `KeyboardEvent.key` has them, separated by a space: `g r`, `?`, `ArrowLeft`. */
  readonly keys: string;
  readonly words: string;
  /** Absent where a part of the view hears the key itself, while it has the focus: then it is only listed. */
  readonly run?: () => void;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** A second key that comes later than this begins anew. */
const SEQUENCE_MS = 1_200;

/** What can be pressed now. */
export const groups = signal<readonly ShortcutGroup[]>([]);
export const singleKeys = signal(kept('single-keys') !== 'off');

effect(() => keep('single-keys', singleKeys.value ? 'on' : 'off'));

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, dialog, [role=menu]') !== null)
  );
}

/** Adds keys. @returns takes them away again */
export function addShortcuts(group: ShortcutGroup): () => void {
  groups.value = [...groups.value, group];
  return () => {
    groups.value = groups.value.filter((other) => other !== group);
  };
}

/** Keys of a view, for as long as it is shown. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  useEffect(() => addShortcuts({ title, shortcuts }), []);
}

/** Hears the keyboard. Called once. */
export function listenForShortcuts(): void {
  let begun = '';
  let begunAtMs = 0;
  document.addEventListener('keydown', (event) => {
    if (!singleKeys.value || event.defaultPrevented || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === 'Shift') return;
    const active = groups.value.flatMap(({ shortcuts }) => shortcuts).filter(({ run }) => run !== undefined);
    const before = event.timeStamp - begunAtMs > SEQUENCE_MS ? '' : begun;
    const followed = follow(
      before,
      event.key,
      active.map(({ keys }) => keys),
    );
    begun = followed.begun;
    begunAtMs = event.timeStamp;
    if (followed.hit === undefined) return;
    event.preventDefault();
    active.findLast(({ keys }) => keys === followed.hit)?.run?.();
  });
}
