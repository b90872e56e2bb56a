// What one run knows of those it asks.
import type { Ballot } from './panel.ts';

/** What became of one chunk. */
export interface Lesson {
  readonly chunk: number;
  readonly agreeing: readonly Ballot[];
  readonly dissenting: readonly Ballot[];
  readonly by: 'panel' | 'local' | 'nobody';
}

export class Trust {
  isStruck(_provider: string): boolean {
    return false;
  }

  learn(_lesson: Lesson): void {}
}
