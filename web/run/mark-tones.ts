// The tone of the page's own status marks for each mark of the timeline.
import type { Tone } from '../parts/mark.tsx';

/** By the mark's place in MARKS (timeline/bar-mark.ts). */
export const MARK_TONES: readonly Tone[] = ['good', 'idle', 'idle', 'busy', 'late', 'bad', 'bad'];
