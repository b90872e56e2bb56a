// Share: one page of HTML that needs nothing else. What is taken out of it is seen, and chosen, before it is written.
import './share.css';
import { useState } from 'preact/hooks';
import { grouped, plural, printBytes } from '../../protocol/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { StatusMark } from '../parts/mark.tsx';
import { Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { save } from '../runs/save.ts';
import { RULES, redactOf, removedBy, type SharePreview, USUAL } from './share-rules.ts';

export interface ShareDialogProps {
  /** `/api/experiments/NAME/export` or `/api/runs/ID/export`. */
  readonly path: string;
  /** What is shared, in words. */
  readonly what: string;
  readonly onClose: () => void;
}

interface RuleProps {
  readonly rule: string;
  readonly words: string;
  readonly on: boolean;
  readonly preview: SharePreview | undefined;
  readonly onToggle: () => void;
}

function Rule({ rule, words, on, preview, onToggle }: RuleProps) {
  const removed = preview === undefined || !on ? undefined : removedBy(preview, rule);
  const said =
    removed === undefined
      ? 'stays in'
      : removed.count === 0
        ? 'nothing found'
        : `${plural(removed.count, 'place')}, ${grouped(removed.chars)} characters taken out`;
  return (
    <li>
      <label class="check">
        <input type="checkbox" checked={on} disabled={rule === 'secrets'} onChange={onToggle} />
        {words}
      </label>
      <span class="soft share-said">{preview === undefined && on ? '…' : said}</span>
    </li>
  );
}

function Removals({ preview }: { readonly preview: SharePreview }) {
  if (preview.removed.length === 0) return null;
  return (
    <details>
      <summary>Where: {plural(preview.removed.length, 'kind')} of places</summary>
      <ul class="share-places">
        {preview.removed.map(({ rule, what, count }) => (
          <li key={`${rule} ${what}`}>
            <code>{what}</code>{' '}
            <span class="soft">
              × {grouped(count)}, by {rule}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function ShareDialog({ path, what, onClose }: ShareDialogProps) {
  const [rules, setRules] = useState<ReadonlySet<string>>(USUAL);
  const query = `format=html&redact=${encodeURIComponent(redactOf(rules))}`;
  const preview = useResource<SharePreview>(`${path}/preview?${query}`);
  const told = preview.loading.value ? undefined : preview.data.value;
  const toggle = (rule: string) => {
    const next = new Set(rules);
    if (!next.delete(rule)) next.add(rule);
    setRules(next);
  };
  const write = () => {
    save(`${path}?${query}`);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Share ${what}`}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Not now
          </button>
          <button type="button" class="button button-primary" disabled={told === undefined} onClick={write}>
            Save the page
          </button>
        </>
      }
    >
      <p>
        One HTML file with timeline and answers. It needs no network and no Pylon. What is ticked is taken out of it:
      </p>
      <ul class="share-rules">
        {RULES.map(([rule, words]) => (
          <Rule
            key={rule}
            rule={rule}
            words={words}
            on={rules.has(rule)}
            preview={told}
            onToggle={() => toggle(rule)}
          />
        ))}
      </ul>
      <Loaded from={preview} words="Looking what would be taken out…">
        {(data) => (
          <>
            <p role="status">
              <StatusMark tone={rules.has('input') ? 'good' : 'late'}>
                {plural(data.runs, 'run')}, about {printBytes(data.chars)}
                {rules.has('input') ? '' : '; text of the input is in it'}
              </StatusMark>
            </p>
            <Removals preview={data} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}
