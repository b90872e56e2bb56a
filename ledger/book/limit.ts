// A run's budget as a limit, in memory: what one query may cost is set aside before anything is sent, so
// that a run can never owe more than it was given. I2, I4 and I11 (docs/architecture.md) hold after every call.
import { PylonError } from '../../protocol/errors.ts';
import { addMsat, type Msat, msatToSats, subtractMsat, ZERO_MSAT } from '../../protocol/money.ts';

/** What was done to a run's budget; the journal stores it with the event that tells it. */
export interface LimitOperation {
  readonly kind: 'reserve' | 'settle' | 'release';
  readonly runId: string;
  readonly queryId: string;
  readonly amountMsat: Msat;
}

interface Account {
  readonly limitMsat: Msat;
  availableMsat: Msat;
  heldMsat: Msat;
  settledMsat: Msat;
  readonly holds: Map<string, Msat>;
}

function broken(runId: string, reason: string): PylonError {
  return new PylonError('internal', { value: runId, reason });
}

/** I2: nothing appears and nothing is lost. */
function assertBalanced(runId: string, account: Account): void {
  const { availableMsat, heldMsat, settledMsat, limitMsat } = account;
  if (availableMsat + heldMsat + settledMsat !== limitMsat)
    throw broken(runId, `${availableMsat} available + ${heldMsat} held + ${settledMsat} settled is not ${limitMsat}`);
}

export class BudgetLimit {
  readonly #accounts = new Map<string, Account>();

  /** @throws PylonError `internal` when the run is already open */
  openRun(runId: string, limitMsat: Msat): void {
    if (this.#accounts.has(runId)) throw broken(runId, 'the budget of this run is already open');
    this.#accounts.set(runId, {
      limitMsat,
      availableMsat: limitMsat,
      heldMsat: ZERO_MSAT,
      settledMsat: ZERO_MSAT,
      holds: new Map(),
    });
  }

  availableMsat(runId: string): Msat {
    return this.#account(runId).availableMsat;
  }

  /** Sets sats aside for one query. @throws PylonError `budget-exhausted` when it does not fit; nothing changes then */
  reserve(runId: string, queryId: string, amountMsat: Msat): LimitOperation {
    const account = this.#account(runId);
    if (account.holds.has(queryId)) throw broken(runId, `the query ${queryId} already holds money`);
    if (amountMsat > account.availableMsat) {
      throw new PylonError('budget-exhausted', {
        value: `${msatToSats(amountMsat)} sats`,
        reason: `only ${msatToSats(account.availableMsat)} of ${msatToSats(account.limitMsat)} sats are left`,
      });
    }
    account.availableMsat = subtractMsat(account.availableMsat, amountMsat);
    account.heldMsat = addMsat(account.heldMsat, amountMsat);
    account.holds.set(queryId, amountMsat);
    assertBalanced(runId, account);
    return { kind: 'reserve', runId, queryId, amountMsat };
  }

  /** Posts what is owed, at most the hold (I4); the rest becomes available again. @throws PylonError `internal` */
  settle(runId: string, queryId: string, amountMsat: Msat): LimitOperation {
    return this.#resolve('settle', runId, queryId, amountMsat);
  }

  /** Nothing is owed; the whole hold becomes available again. @throws PylonError `internal` when there is none */
  release(runId: string, queryId: string): LimitOperation {
    const held = this.#account(runId).holds.get(queryId) ?? ZERO_MSAT;
    return { ...this.#resolve('release', runId, queryId, ZERO_MSAT), amountMsat: held };
  }

  /** Ends a run's budget. @throws PylonError `internal` when a hold is left (I11); the budget stays open then */
  closeRun(runId: string): void {
    const account = this.#account(runId);
    assertBalanced(runId, account);
    if (account.holds.size > 0 || account.heldMsat !== 0)
      throw broken(runId, `${account.heldMsat} msat are still held by ${[...account.holds.keys()].join(', ')}`);
    this.#accounts.delete(runId);
  }

  /** I4: a hold resolves exactly once, for at most its amount. */
  #resolve(kind: 'settle' | 'release', runId: string, queryId: string, owedMsat: Msat): LimitOperation {
    const account = this.#account(runId);
    const held = account.holds.get(queryId);
    if (held === undefined) throw broken(runId, `the query ${queryId} holds no money to ${kind}`);
    if (owedMsat > held) throw broken(runId, `the query ${queryId} holds ${held} msat, not ${owedMsat}`);
    account.holds.delete(queryId);
    account.heldMsat = subtractMsat(account.heldMsat, held);
    account.settledMsat = addMsat(account.settledMsat, owedMsat);
    account.availableMsat = addMsat(account.availableMsat, subtractMsat(held, owedMsat));
    assertBalanced(runId, account);
    return { kind, runId, queryId, amountMsat: owedMsat };
  }

  #account(runId: string): Account {
    const account = this.#accounts.get(runId);
    if (account === undefined) throw broken(runId, 'the budget of this run is not open');
    return account;
  }
}
