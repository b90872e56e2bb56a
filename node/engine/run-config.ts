// What a run is asked with: options and defaults become the RunConfig that its record keeps, and it must fit the relays.
import { PylonError } from '../../protocol/errors.ts';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_EMBEDDED,
  JOB_ENVELOPE_BYTES,
  OUTPUT_CHARS_JUDGED,
} from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { sealedChars } from '../../protocol/seal.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import type { RunOptions } from '../settings/run-options.ts';
import type { Session } from './session.ts';

/** A sealed job's tags and frame beside its content. */
const FRAME_BYTES = 2_048;

/** A model's context window and foreign relays ask for small chunks; the embedded engine on loopback does not. */
function defaultChunkBytes(options: RunOptions, model: string): number {
  return options.relays.length === 0 && model === ENGINE_NAME ? CHUNK_BYTES_EMBEDDED : CHUNK_BYTES_DEFAULT;
}

/** Options as the record keeps them. @param verification the tier that `auto` means here */
export function configOf(options: RunOptions, model: string, verification: string): RunConfig {
  return {
    method: options.local_only ? 'pylon.local' : 'pylon.map_reduce',
    model,
    chunk_size: options.chunk_size ?? defaultChunkBytes(options, model),
    max_depth: 1,
    fanout: options.fanout,
    quorum: options.quorum,
    budget_sats: options.budget_sats,
    verification,
    ...(options.verify_schema === undefined ? {} : { verification_schema: options.verify_schema }),
    strategy_id: 'map_reduce.v1',
    timeout_ms: Math.round(options.timeout_s * 1000),
    ...(options.deadline_s === undefined ? {} : { deadline_ms: Math.round(options.deadline_s * 1000) }),
    relays: options.relays,
    public: options.public,
    ...(options.escrow ? { escrow: true } : {}),
  };
}

/** Refuses a chunk that the relays would refuse, also beside its answer where a validator judges that. @throws PylonError `event-too-large` */
export function checkChunkFits(session: Session, { chunk_size: chunkBytes, verification }: RunConfig): void {
  const answerChars = parseVerification(verification).kind === 'validated' ? OUTPUT_CHARS_JUDGED : 0;
  const bytesMax = session.messageBytesMax();
  if (sealedChars(chunkBytes + answerChars + JOB_ENVELOPE_BYTES) + FRAME_BYTES <= bytesMax) return;
  const reason = `a chunk of ${chunkBytes} bytes makes a larger message than the ${bytesMax} bytes the relays take`;
  throw new PylonError('event-too-large', { value: `--chunk-size ${chunkBytes}`, reason });
}
