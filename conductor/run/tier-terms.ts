// What a verification tier takes: how many strangers, whose attestation, and how much money at least. A run that cannot have what it
// asks for is refused before it begins; it is never given less.
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer, priceOf } from '../../protocol/handler.ts';
import { type Msat, msat, msatToSats } from '../../protocol/money.ts';
import { parseVerification, printVerification, type Verification } from '../../protocol/policy.ts';
import { printNpub } from '../../protocol/public-key.ts';
import type { Market } from '../ports.ts';
import { escrowMarket } from '../stake/escrow-terms.ts';
import { mayJudge } from '../verify/attestation.ts';
import { objectiveGate } from '../verify/objective.ts';
import type { ConductorPorts, RunRequest } from './context.ts';

/** The tiers that need more than the one who answers. */
type StrangersTier = Extract<Verification, { kind: 'redundancy' | 'validated' }>;

function unavailable(tier: Verification, reason: string, next: string): PylonError {
  return new PylonError('verification-unavailable', { value: `--verify ${printVerification(tier)}`, reason, next });
}

/** The lowest price of a chunk in each cluster, ascending. */
function pricesByCluster(offers: readonly Offer[], chars: number): number[] {
  const cheapest = new Map<string, number>();
  for (const offer of offers) {
    const cluster = clusterOf(offer);
    cheapest.set(cluster, Math.min(priceOf(offer, chars), cheapest.get(cluster) ?? Number.POSITIVE_INFINITY));
  }
  return [...cheapest.values()].sort((left, right) => left - right);
}

/** The lowest price of a chunk; undefined where nobody offers. Looks at each offer once: a swarm has up to 100,000. */
function lowestPrice(offers: readonly Offer[], chars: number): number | undefined {
  let lowest: number | undefined;
  for (const offer of offers) {
    const price = priceOf(offer, chars);
    if (lowest === undefined || price < lowest) lowest = price;
  }
  return lowest;
}

/** The validator's offer, by its key. */
export function validatorOffer(market: Market, validator: string): Offer | undefined {
  return market.validators?.().find((offer) => offer.provider === validator);
}

/**
 * The most that verifying one chunk of `chars` characters may cost where everything is cheapest, its own price included; undefined
 * when nobody can do it.
 */
export function chunkCostMsat(market: Market, tier: Verification, chars: number): Msat | undefined {
  if (tier.kind === 'validated') {
    const validator = validatorOffer(market, tier.validator);
    if (validator === undefined) return undefined;
    const price = lowestPrice(
      market.offers().filter((offer) => mayJudge(validator, offer)),
      chars,
    );
    return price === undefined ? undefined : msat(price + priceOf(validator, chars));
  }
  if (tier.kind === 'redundancy') {
    const prices = pricesByCluster(market.offers(), chars);
    if (prices.length < tier.m) return undefined;
    return msat(prices.slice(0, tier.m).reduce((sum, price) => sum + price, 0));
  }
  const price = lowestPrice(market.offers(), chars);
  return price === undefined ? undefined : msat(price);
}

/** Characters of the largest chunk there is, at most: a small input makes a small chunk. */
export function chunkCharsMax({ corpus, config }: Pick<RunRequest, 'corpus' | 'config'>): number {
  return Math.min(
    config.chunk_size,
    corpus.files.reduce((most, { bytes }) => Math.max(most, bytes), 1),
  );
}

function count(providers: number): string {
  return providers === 1 ? 'one is there' : `${providers === 0 ? 'none' : providers} are there`;
}

/** @throws PylonError `verification-unavailable`: who would have to be there is not */
function checkPeople(market: Market, tier: StrangersTier): void {
  if (tier.kind === 'redundancy') {
    const operators = new Set(market.offers().map(clusterOf)).size;
    if (operators >= tier.m) return;
    const reason = `it takes providers of ${tier.m} different operators, and ${count(operators)}`;
    throw unavailable(tier, reason, 'start more (`pylon provider --relay …`), name another relay, or ask for fewer');
  }
  const npub = printNpub(tier.validator);
  const validator = validatorOffer(market, tier.validator);
  if (validator === undefined)
    throw unavailable(
      tier,
      'no validator of this key announces itself on the relays',
      `start it (\`pylon validator --relay …\` in the home of ${npub}), or name another relay`,
    );
  if (!market.offers().some((offer) => mayJudge(validator, offer)))
    throw unavailable(
      tier,
      'a validator judges neither itself nor providers of its operator, and no other provider is there',
      'start one elsewhere (`pylon provider --relay …`), or name another validator',
    );
}

/** @throws PylonError `budget-too-small`: not one chunk could be verified as asked */
function checkBudget(market: Market, tier: StrangersTier, request: RunRequest): void {
  const cost = chunkCostMsat(market, tier, chunkCharsMax(request)) ?? 0;
  const withRouting = cost * (1 + (request.feeReservePpm ?? 0) / 1_000_000);
  const { budget_sats: budgetSats } = request.config;
  if (withRouting <= budgetSats * 1_000) return;
  throw new PylonError('budget-too-small', {
    value: `${budgetSats} sats`,
    reason: `the budget does not buy ${printVerification(tier)} of a single chunk, which costs ${msatToSats(msat(Math.ceil(withRouting)))} sats`,
    next: 'raise --budget, lower --chunk-size, or use a weaker --verify',
  });
}

/**
 * Refuses a tier that cannot be had, before anything is recorded or spent.
 * @throws PylonError `verification-invalid` | `verification-unavailable` | `schema-invalid` | `escrow-unavailable` | `budget-too-small`
 */
export async function checkTier(request: RunRequest, ports: ConductorPorts): Promise<Verification> {
  const { config } = request;
  const tier = parseVerification(config.verification);
  if (tier.kind === 'objective') {
    if (tier.schema !== undefined && config.verification_schema === undefined)
      throw new PylonError('schema-invalid', {
        value: tier.schema,
        reason: 'the schema itself was not given',
        next: 'give its text as `verify_schema`',
      });
    await objectiveGate(config.verification_schema); // only for its complaints
  }
  if (tier.kind !== 'redundancy' && tier.kind !== 'validated') return tier;
  const { market } = ports;
  if (market === undefined)
    throw unavailable(tier, 'with --local-only nobody else is asked', 'leave one of the two out');
  const asked = config.escrow === true ? escrowMarket(market) : market;
  checkPeople(asked, tier);
  checkBudget(asked, tier, request);
  return tier;
}
