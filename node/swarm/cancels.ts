// Cancels (kind 5) as a provider hears them: by the author of a request only, for jobs it has, and for requests that are
// still on their way, because on another relay a cancel may overtake its request.
import type { NostrEvent, VerifiedEvent } from '../../protocol/event.ts';
import { RecentIds } from '../relay/recent-ids.ts';
import type { ActiveJob, ActiveJobs } from './active-jobs.ts';

const CANCELS_MAX = 10_000;

export class Cancels {
  readonly #me: string;
  readonly #active: ActiveJobs;
  /** `id:author` of those that came before or without their request. */
  readonly #early = new RecentIds(CANCELS_MAX);

  /** @param me hex key of the provider */
  constructor(me: string, active: ActiveJobs) {
    this.#me = me;
    this.#active = active;
  }

  /** A cancel of a job we have, or one that names us: it may have overtaken its request. */
  concerns(cancel: NostrEvent): boolean {
    return cancel.tags.some(
      ([name, value = '']) =>
        (name === 'p' && value === this.#me) || (name === 'e' && this.#active.get(value)?.customer === cancel.pubkey),
    );
  }

  /** The jobs that a cancel ends; of the others it names it is remembered that they are not to begin. */
  jobsOf(cancel: VerifiedEvent): ActiveJob[] {
    const jobs: ActiveJob[] = [];
    for (const [name, id] of cancel.tags) {
      if (name !== 'e' || id === undefined) continue;
      const job = this.#active.get(id);
      if (job === undefined) this.#early.add(`${id}:${cancel.pubkey}`);
      else if (job.customer === cancel.pubkey && !job.controller.signal.aborted) jobs.push(job);
    }
    return jobs;
  }

  /** True when its cancel was here before it. */
  overtook(request: VerifiedEvent): boolean {
    return this.#early.has(`${request.id}:${request.pubkey}`);
  }
}
