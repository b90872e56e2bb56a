// How the tests of a canary share its alpha. Apart, because what draws the evidence needs no more than this.

/** Shares of the plan's alpha: together the tests stop a harmless canary with no more than that. Errors hurt most, and get most. */
export const HARM_SHARES = { errors: 0.85, troubles: 0.05, quality: 0.05, ceiling: 0.05 } as const;
