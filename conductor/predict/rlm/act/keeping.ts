// The actions that work with what is known already: WriteVar and Compute. They touch nothing but the variables.
import type { ActionOf } from '../actions.ts';
import { ObservationWriter } from '../observation.ts';
import { compute as computed } from '../vars/compute.ts';
import { type JsonValue, tableText } from '../vars/var-space.ts';
import { type Desk, intoOf, type Performed } from './desk.ts';

const ROWS_SHOWN = 100;

export function writeVar({ variables }: Desk, { name, value }: ActionOf<'WriteVar'>): Performed {
  variables.setJson(name, value as JsonValue);
  const writer = new ObservationWriter();
  writer.header({ origin: 'kernel', written: name, bytes: variables.describe(name).bytes });
  return { observation: writer.observation(`${name} written`), news: [] };
}

export function compute(desk: Desk, action: ActionOf<'Compute'>): Performed {
  const { variables } = desk;
  const into = intoOf(desk, action.into, 'result');
  variables.set(into, computed(variables.computed(action.from), action.steps, variables));
  const { hash, kind, rows, columns } = variables.describe(into);
  const writer = new ObservationWriter();
  if (kind === 'table') {
    writer.header({ origin: 'compute', into, rows, fields: columns, trust: 'untrusted' });
    writer.foreign(tableText(variables.table(into), ROWS_SHOWN));
    return { observation: writer.observation(`${rows} rows in ${into}`), news: [`var:${hash}`] };
  }
  const { text } = variables.text(into);
  writer.header({ origin: 'compute', into, trust: 'untrusted' });
  writer.foreign(text);
  return { observation: writer.observation(`a value in ${into}`), news: [`var:${hash}`] };
}
