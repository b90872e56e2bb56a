// What is asked of the list. Everything is in the address, so that a filtered list can be kept, shared and come back to.
import { useEffect, useState } from 'preact/hooks';
import { Field } from '../parts/field.tsx';
import { ALL, type Filters, faultOf, type Listing, METHODS, ORDERS, STATUSES, wordsOf } from './filters.ts';

/** After the last key, so that not every letter asks the daemon. */
const TYPING_MS = 250;

export interface FilterBarProps {
  readonly listing: Listing;
  readonly onChange: (listing: Listing) => void;
  /** Names that are known: more can be typed. */
  readonly experiments: readonly string[];
}

interface TextProps extends FilterBarProps {
  readonly field: keyof Filters;
  readonly label: string;
  readonly type?: 'search' | 'text';
  readonly placeholder?: string;
  readonly list?: string;
}

function Text({ listing, onChange, field, label, type = 'text', placeholder, list }: TextProps) {
  const asked = listing[field];
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  const fault = faultOf(field, typed.trim());
  useEffect(() => {
    if (typed.trim() === asked || fault !== undefined) return;
    const timer = setTimeout(() => onChange({ ...listing, [field]: typed.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, asked, fault, listing]);
  return (
    <Field label={label} error={fault}>
      {(wires) => (
        <input
          {...wires}
          class="input"
          type={type}
          value={typed}
          placeholder={placeholder}
          list={list}
          autocomplete="off"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, words: string])[];
  readonly onPick: (value: string) => void;
}

function Choice({ label, value, choices, onPick }: ChoiceProps) {
  return (
    <Field label={label}>
      {(wires) => (
        <select {...wires} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
          {choices.map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const ORDER_WORDS: Readonly<Record<Listing['sort'], readonly [asc: string, desc: string]>> = {
  created: ['oldest first', 'newest first'],
  cost: ['cheapest first', 'dearest first'],
  latency: ['fastest first', 'slowest first'],
  coverage: ['least coverage first', 'most coverage first'],
  status: ['by status, A to Z', 'by status, Z to A'],
  query: ['by question, A to Z', 'by question, Z to A'],
};

/** For where there are no heads to click. */
function OrderChoice({ listing, onChange }: FilterBarProps) {
  const choices = ORDERS.flatMap((sort) => {
    const [asc, desc] = ORDER_WORDS[sort];
    return [[`${sort} desc`, desc] as const, [`${sort} asc`, asc] as const];
  });
  const onPick = (value: string) => {
    const [sort, order] = value.split(' ') as [Listing['sort'], Listing['order']];
    onChange({ ...listing, sort, order });
  };
  return <Choice label="Order" value={`${listing.sort} ${listing.order}`} choices={choices} onPick={onPick} />;
}

/** All the fields; those that are used less are folded away until one of them is in use. */
export function FilterBar(props: FilterBarProps) {
  const { listing, onChange, experiments } = props;
  const words = wordsOf(listing);
  const rarelyUsed = [listing.since, listing.until, listing.costMin, listing.costMax, listing.method];
  const methods = [...METHODS, ...(METHODS.some((known) => known === listing.method) ? [] : [listing.method])];
  return (
    <search class="panel filters" aria-label="Filter runs">
      <div class="fields">
        <Text {...props} field="text" label="Question" type="search" placeholder="words of the question" />
        <Choice
          label="Status"
          value={listing.status}
          choices={[['', 'Any'], ...STATUSES.map((status) => [status, status] as const)]}
          onPick={(status) => onChange({ ...listing, status })}
        />
        <Text {...props} field="experiment" label="Experiment" list="known-experiments" placeholder="any" />
        <datalist id="known-experiments">
          {experiments.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <div class="order-choice">
          <OrderChoice {...props} />
        </div>
      </div>
      <details class="more-filters" open={rarelyUsed.some((value) => value !== '')}>
        <summary>Method, time, cost</summary>
        <div class="fields">
          <Choice
            label="Method"
            value={listing.method}
            choices={[['', 'Any'], ...methods.filter(Boolean).map((method) => [method, method] as const)]}
            onPick={(method) => onChange({ ...listing, method })}
          />
          <Text {...props} field="since" label="Since" placeholder="24h, 7d, 2026-11-24" />
          <Text {...props} field="until" label="Until" placeholder="2026-11-25" />
          <Text {...props} field="costMin" label="At least, sats" placeholder="0" />
          <Text {...props} field="costMax" label="At most, sats" placeholder="1000" />
        </div>
      </details>
      {words.length === 0 ? null : (
        <p class="filters-said">
          <span class="soft">Only runs:</span> {words.join(' · ')}{' '}
          <button
            type="button"
            class="button button-quiet"
            onClick={() => onChange({ ...ALL, sort: listing.sort, order: listing.order })}
          >
            Clear
          </button>
        </p>
      )}
    </search>
  );
}
