// Whether what is shown is alive, in the bar: a mark and a word.
import { type Reach, reach } from '../api/reach.ts';
import { StatusMark, type Tone } from '../parts/mark.tsx';

const WORDS: Readonly<Record<Reach, readonly [tone: Tone, words: string]>> = {
  unknown: ['busy', 'connecting'],
  in: ['good', 'connected'],
  out: ['late', 'signed out'],
  offline: ['bad', 'offline'],
};

export function Connection() {
  const [tone, words] = WORDS[reach.value];
  return (
    <span class="connection">
      <StatusMark tone={tone}>{words}</StatusMark>
    </span>
  );
}
