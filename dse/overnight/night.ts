// A night from its first step to its summary. It is one row that is written before each step, within the long ones, and with the end of each:
// whoever opens the store after a kill goes on with the step that was open. What fails ends the night; it never promotes.
import type { Clock } from '../../conductor/ports.ts';
import {
  NIGHT_STEPS,
  type Night,
  type NightRequest,
  type NightStep,
  type OpenNightStep,
} from '../../protocol/dse/overnight.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { NightBook, NightDesks } from './desks.ts';
import { endsNight, type NightEnd, type StepOutcome } from './step.ts';
import { STEPS } from './steps.ts';

const NOTE_CHARS_MAX = 1_024;
/** Also after the window: a canary is not left alone, a promotion is told, and verified. */
const TAKEN_TO_THEIR_END: readonly NightStep[] = ['canary', 'promote', 'verify'];
/** Where no night mined before. */
const MINES_BACK_MS = 30 * 86_400_000;

export interface NightPorts {
  readonly clock: Clock;
  readonly book: NightBook;
  readonly desks: NightDesks;
}

/** @param before earlier nights of this signature, the latest first: what they mined is not looked at again */
export function newNight(
  request: NightRequest,
  at: { readonly nightId: string; readonly nowMs: number; readonly gitSha: string },
  before: readonly Night[],
): Night {
  const { nightId, gitSha } = at;
  const fromMs = Math.floor(at.nowMs);
  return {
    nightId,
    signatureId: request.signatureId,
    gitSha,
    window: { fromMs, untilMs: request.untilMs },
    budgetMsat: Math.round(request.budgetSats * 1_000),
    status: 'running',
    steps: [],
    costMsat: 0,
    promoted: null,
    request,
    endedAtMs: null,
    open: null,
    minesFromMs: minedUntilMs(before) ?? Math.max(0, fromMs - MINES_BACK_MS),
  };
}

function minedUntilMs(before: readonly Night[]): number | undefined {
  const done = before.flatMap(({ steps }) => steps).find(({ step, status }) => step === 'mine' && status === 'done');
  return done?.startedAtMs;
}

/**
 * Takes all steps that are left.
 * @returns the night as it is kept, over
 * @throws PylonError `interrupted` | `store-*`: the night stays as it was kept last, and can be gone on with
 */
export async function takeSteps(ports: NightPorts, begun: Night, signal: AbortSignal): Promise<Night> {
  let night = begun;
  const keep = async (next: Night) => {
    await ports.book.keep(next);
    night = next;
  };
  while (night.endedAtMs === null) {
    const step = NIGHT_STEPS[night.steps.length]!;
    const late: readonly NightStep[] = night.open === null ? ['verify'] : TAKEN_TO_THEIR_END;
    if (ports.clock.now() >= night.window.untilMs && !late.includes(step)) {
      await keep(closed(night, ports, 'the window ended', 'nothing_to_promote'));
      continue;
    }
    if (night.open === null) await keep({ ...night, open: opened(step, ports) });
    const outcome = await outcomeOf(step);
    await keep(after(night, ports, outcome));
  }
  return night;

  async function outcomeOf(step: NightStep): Promise<StepOutcome> {
    const context = {
      desks: ports.desks,
      clock: ports.clock,
      signal,
      night: () => night as Night & { open: OpenNightStep },
      keep: (change: Partial<OpenNightStep>) =>
        keep({ ...night, open: { ...(night.open as OpenNightStep), ...change } }),
    };
    try {
      return await STEPS[step](context);
    } catch (thrown) {
      const error = toPylonError(thrown);
      if (!endsNight(error, signal)) throw stopped(error, signal);
      return { note: `${error.code}: ${error.message}`, ends: 'failed' };
    }
  }
}

function stopped(error: PylonError, signal: AbortSignal): PylonError {
  if (!signal.aborted || error.code === 'interrupted') return error;
  return new PylonError('interrupted', { reason: 'the night was interrupted', cause: error });
}

function opened(step: NightStep, { clock }: NightPorts): OpenNightStep {
  return { step, startedAtMs: Math.floor(clock.now()), ids: [], costMsat: 0, probes: [], replayed: null };
}

function after(night: Night, ports: NightPorts, { note, ends, promoted }: StepOutcome): Night {
  const { step, startedAtMs, ids, costMsat, probes } = night.open as OpenNightStep;
  const status = ends === 'failed' ? ('failed' as const) : ('done' as const);
  const endedAtMs = Math.floor(ports.clock.now());
  const row = { step, status, startedAtMs, endedAtMs, ids, costMsat, note: note.slice(0, NOTE_CHARS_MAX) };
  const next: Night = {
    ...night,
    steps: [...night.steps, probes.length === 0 ? row : { ...row, probes }],
    costMsat: night.costMsat + costMsat,
    open: null,
    promoted: promoted === undefined ? night.promoted : promoted,
  };
  if (ends !== undefined) return closed(next, ports, `the night ended with its ${step}`, ends);
  return next.steps.length === NIGHT_STEPS.length ? { ...next, status: 'passed', endedAtMs } : next;
}

/** The rest is skipped, what was begun of it included. */
function closed(night: Night, { clock }: NightPorts, note: string, status: NightEnd): Night {
  const atMs = Math.floor(clock.now());
  const { open } = night;
  const skipped = NIGHT_STEPS.slice(night.steps.length).map((step) => ({
    step,
    status: 'skipped' as const,
    startedAtMs: open?.step === step ? open.startedAtMs : atMs,
    endedAtMs: atMs,
    ids: open?.step === step ? open.ids : [],
    costMsat: open?.step === step ? open.costMsat : 0,
    note,
  }));
  const costMsat = night.costMsat + (open?.costMsat ?? 0);
  return { ...night, steps: [...night.steps, ...skipped], costMsat, open: null, status, endedAtMs: atMs };
}
