// The guards between an answer and its money: what a tier must make sure of before anything is spent, believed or paid.

const TERMS = 'test/conductor/run/tier-terms.test.ts';
const JUDGED = 'test/conductor/chunk/validation.test.ts';
const OBJECTIVE = 'test/conductor/chunk/gate.test.ts';
const ATTESTATION = 'test/conductor/verify/attestation.test.ts';

/** @type {import('./guard.mjs').Guard[]} */
export const JUDGING_GUARDS = [
  {
    name: 'a tier that cannot be had is refused before the run begins',
    file: 'conductor/run/conductor.ts',
    find: '    await checkTier(request, this.#ports);\n',
    replace: '',
    tests: [TERMS],
  },
  {
    name: 'replicas of one operator do not count as several',
    file: 'conductor/run/tier-terms.ts',
    find: 'new Set(market.offers().map(clusterOf)).size',
    replace: 'market.offers().length',
    tests: [TERMS],
  },
  {
    name: 'the validator is part of the price',
    file: 'conductor/run/tier-terms.ts',
    find: 'price + priceOf(validator, chars)',
    replace: '+price',
    tests: [TERMS],
  },
  {
    name: 'an answer that did not pass its gate is not paid',
    file: 'conductor/chunk/seats.ts',
    find: "await outcome.reject(examined === 'failed' ? 'refuted' : 'verification-unavailable');",
    replace: 'await outcome.settle();',
    tests: [JUDGED, OBJECTIVE],
  },
  {
    name: 'an answer that nobody judged does not count',
    file: 'conductor/chunk/seats.ts',
    find: "if (examined === 'passed') return outcome;",
    replace: "if (examined !== 'failed') return outcome;",
    tests: [JUDGED],
  },
  {
    name: 'our own answer takes the place of no attested one',
    file: 'conductor/verify/panel.ts',
    find: "decision.kind === 'local' ? { kind: 'unanswered' } : decision",
    replace: 'decision',
    tests: [JUDGED],
  },
  {
    name: 'an attestation that does not hold is not paid',
    file: 'conductor/chunk/validation.ts',
    find: '      checkAttestation(output, expected, Math.floor(this.#context.clock.now() / 1_000));\n',
    replace: '',
    tests: [JUDGED],
  },
  {
    name: 'the signature of an attestation is checked',
    file: 'conductor/verify/attestation.ts',
    find: 'if (!isSigned(attestation))',
    replace: 'if (false)',
    tests: [ATTESTATION],
  },
  {
    name: 'an attestation counts until it expires',
    file: 'conductor/verify/attestation.ts',
    find: 'attestation.expires_at <= nowSeconds',
    replace: 'attestation.expires_at < nowSeconds',
    tests: [ATTESTATION],
  },
  {
    name: 'nobody judges the work of his operator',
    file: 'conductor/verify/attestation.ts',
    find: ' && clusterOf(validator) !== clusterOf(provider)',
    replace: '',
    tests: [ATTESTATION, TERMS],
  },
];
