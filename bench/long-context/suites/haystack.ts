// Lines of a made chronicle in which something can be hidden: no two are alike, none holds a code, and each depends on the seed alone.
import type { Stream } from '../../../test/simulation/swarm/streams.ts';

const WHO = 'The miller|A carter|The ferryman|Two pilgrims|The bell founder|A clerk|The widow Tam|The gardener'.split(
  '|',
);
const DID = 'mended|sold|carried|counted|painted|measured|lost|found|borrowed|described'.split('|');
const WHAT = 'barrels|candles|ropes|sacks of barley|copper pans|letters|window frames|baskets|old coins|hinges'.split(
  '|',
);
const WHERE =
  'behind the granary|by the lower gate|in the tithe barn|at the ford|under the lime trees|near the well'.split('|');
const SAID =
  'and nobody asked why|while the rain went on|as the custom is|before the others woke|to the last piece'.split('|');

/** One line, without its end; about 90 bytes. */
export function chronicleLine(stream: Stream, number: number): string {
  const pick = (words: readonly string[]) => stream.pick(words);
  const count = 2 + stream.integer(900);
  return `${number}. ${pick(WHO)} ${pick(DID)} ${count} ${pick(WHAT)} ${pick(WHERE)}, ${pick(SAID)}.`;
}

/** A code as it is never written by chance: `KX-4417-RD`. */
export function codeOf(stream: Stream): string {
  const letters = () => String.fromCharCode(65 + stream.integer(26), 65 + stream.integer(26));
  return `${letters()}-${1_000 + stream.integer(9_000)}-${letters()}`;
}
