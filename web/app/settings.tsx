// What one can set for this browser, and the way out.
import { Popover } from '../parts/popover.tsx';
import { toastFailure } from '../parts/toast.tsx';
import { leave } from './enter.ts';
import { helpIsOpen } from './help.tsx';
import { THEMES, theme } from './theme.ts';

function ThemeChoice() {
  return (
    <fieldset class="choice-row">
      <legend>Theme</legend>
      {THEMES.map((name) => (
        <label key={name} class="check">
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

export function Settings() {
  return (
    <Popover label="Settings">
      {(close) => (
        <div class="settings">
          <ThemeChoice />
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              close();
              helpIsOpen.value = true;
            }}
          >
            Keyboard shortcuts
          </button>
          <button type="button" class="menu-item" onClick={() => void leave().catch(toastFailure)}>
            Sign out
          </button>
        </div>
      )}
    </Popover>
  );
}
