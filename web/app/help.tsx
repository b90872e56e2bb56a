// The list of keys, and the switch that puts them to rest.
import { signal } from '@preact/signals';
import { Dialog } from '../parts/dialog.tsx';
import { groups, singleKeys } from './shortcuts.ts';

export const helpIsOpen = signal(false);

const KEY_WORDS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
};

function Keys({ keys }: { readonly keys: string }) {
  const parts = keys === ' ' ? [' '] : keys.split(' ');
  return (
    <span class="keys">
      {parts.map((key) => (
        <kbd key={key}>{KEY_WORDS[key] ?? key}</kbd>
      ))}
    </span>
  );
}

export function Help() {
  return (
    <Dialog
      open={helpIsOpen.value}
      title="Keyboard"
      onClose={() => {
        helpIsOpen.value = false;
      }}
    >
      {groups.value.map(({ title, shortcuts }) => (
        <section key={title} class="key-group">
          <h3>{title}</h3>
          <dl class="facts">
            {shortcuts.map(({ keys, words }) => (
              <div key={keys}>
                <dt>
                  <Keys keys={keys} />
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => {
            singleKeys.value = event.currentTarget.checked;
          }}
        />
        Letters and signs act without a modifier key
      </label>
    </Dialog>
  );
}
