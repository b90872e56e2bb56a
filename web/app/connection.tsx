// Whether what is shown is alive, in the bar: a mark and a word.
import { type Reach, reach } from '../api/reach.ts';
import { contact } from '../live/live.ts';
import type { Contact } from '../live/socket.ts';
import { StatusMark, type Tone } from '../parts/mark.tsx';

type Words = readonly [tone: Tone, words: string];

const LIVE: Readonly<Record<Contact, Words>> = {
  idle: ['busy', 'connecting'],
  connecting: ['busy', 'connecting'],
  open: ['good', 'live'],
  away: ['late', 'connecting again'],
};
const WITHOUT: Readonly<Record<Exclude<Reach, 'in'>, Words | undefined>> = {
  unknown: undefined,
  out: ['late', 'signed out'],
  offline: ['bad', 'offline'],
};

export function Connection() {
  const words = reach.value === 'in' ? LIVE[contact.value] : WITHOUT[reach.value];
  return words === undefined ? null : (
    <span class="connection">
      <StatusMark tone={words[0]}>{words[1]}</StatusMark>
    </span>
  );
}
