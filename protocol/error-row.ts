// One row of the catalogue of errors, and the exit codes its rows end a command with.

/** Process exit codes of the CLI (docs/cli.md). */
export const EXIT = { answer: 0, failed: 1, usage: 2, budget: 3, verification: 4, interrupted: 130 } as const;

export interface CatalogueRow {
  readonly exit: number;
  readonly means: string;
  readonly next: string;
}

export function row(exit: number, means: string, next: string): CatalogueRow {
  return { exit, means, next };
}
