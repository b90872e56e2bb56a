// What a step of a night is: what it is given, how it keeps how far it has come, and what it ends with.
import type { Clock } from '../../conductor/ports.ts';
import type { Night, NightId, NightIdKind, NightStep, OpenNightStep } from '../../protocol/dse/overnight.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { NightDesks } from './desks.ts';

export interface StepContext {
  readonly desks: NightDesks;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** As it is kept, with the step open. */
  night(): Night & { readonly open: OpenNightStep };
  /** Keeps how far the step has come: whoever goes on with the night begins there. */
  keep(change: Partial<Omit<OpenNightStep, 'step' | 'startedAtMs'>>): Promise<void>;
}

/** How a night ends before its last step. */
export type NightEnd = Exclude<Night['status'], 'running' | 'passed'>;

export interface StepOutcome {
  /** In words, for the summary. */
  readonly note: string;
  /** How the night ends here; absent where it goes on. */
  readonly ends?: NightEnd;
  /** Of a step that puts something in force, or takes it back. */
  readonly promoted?: string | null;
}

export type Step = (context: StepContext) => Promise<StepOutcome>;

/** The id of this kind that a step came to; undefined where it came to none. */
export function idOf({ steps, open }: Night, step: NightStep, kind: NightIdKind): string | undefined {
  const row = open?.step === step ? open : steps.find((one) => one.step === step);
  return row?.ids.find((id) => id.kind === kind)?.id;
}

/** @throws PylonError `internal`: the steps before have made sure of it */
export function needId(night: Night, step: NightStep, kind: NightIdKind): string {
  const id = idOf(night, step, kind);
  if (id === undefined)
    throw new PylonError('internal', { value: night.nightId, reason: `its ${step} names no ${kind}` });
  return id;
}

/** @throws PylonError `interrupted` */
export function throwIfStopped({ signal }: StepContext): void {
  if (signal.aborted)
    throw new PylonError('interrupted', {
      reason: 'the night was interrupted',
      next: 'go on with it by the same command',
      cause: signal.reason,
    });
}

/** Whether it ends the night; else whoever is there next goes on with it: somebody stopped it, or nothing could be written down. */
export function endsNight({ code }: PylonError, signal: AbortSignal): boolean {
  return !signal.aborted && code !== 'interrupted' && !code.startsWith('store-');
}

export const isOver = ({ night, clock }: StepContext) => clock.now() >= night().window.untilMs;

/** What is left to spend. */
export function leftMsat({ night }: StepContext): number {
  const { budgetMsat, costMsat, open } = night();
  return Math.max(0, budgetMsat - costMsat - open.costMsat);
}

/** One prediction of this step, kept with its run and its receipt before the next one begins. */
export async function probe(context: StepContext, exampleId: string): Promise<void> {
  const { desks, night, signal, keep } = context;
  throwIfStopped(context);
  const { request, open, nightId } = night();
  const asking = { night: request, experiment: `night ${nightId} ${open.step}`, maxMsat: leftMsat(context) };
  const { costMsat, ...made } = await desks.ask(request.signatureId, exampleId, asking, signal);
  throwIfStopped(context); // an interrupted prediction says nothing of what made it
  const ids: NightId[] = [...open.ids, { kind: 'run', id: made.runId }];
  if (made.madeBy !== null) ids.push({ kind: 'receipt', id: made.madeBy.receiptId });
  await keep({ ids, costMsat: open.costMsat + costMsat, probes: [...open.probes, { exampleId, ...made }] });
}
