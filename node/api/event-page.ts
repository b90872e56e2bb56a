// Events of a run as the API answers them, a page at a time. Apart from the other schemas, because a command that only begins a run
// must not wait for those of all events.
import { z } from 'zod';
import { traceEventSchema } from '../../protocol/trace.ts';

export const eventPageSchema = z.object({
  events: z.array(traceEventSchema),
  /** Ask from here for what follows. */
  next_seq: z.number().int(),
});
