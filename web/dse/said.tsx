// A state of the inspector: shape and word.
import { StatusMark, type Tone } from '../parts/mark.tsx';

/** @param said of tones.ts */
export function Said({ said: [tone, words] }: { readonly said: readonly [tone: Tone, words: string] }) {
  return <StatusMark tone={tone}>{words}</StatusMark>;
}
