// Whether two answers of one chunk say the same, whichever of the two kinds of question they answer.
import { type ChunkOutput, isRecords } from '../../protocol/records.ts';
import { type Agreement, agree } from './agreement.ts';
import { agreeRecords } from './record-agreement.ts';

const OTHER_KIND: Agreement = Object.freeze({ agrees: false, score: 0, reason: 'one has records, the other findings' });

/** As of `agree` and `agreeRecords`: symmetric. */
export function agreeOutputs(left: ChunkOutput, right: ChunkOutput): Agreement {
  if (isRecords(left)) return isRecords(right) ? agreeRecords(left, right) : OTHER_KIND;
  return isRecords(right) ? OTHER_KIND : agree(left, right);
}
