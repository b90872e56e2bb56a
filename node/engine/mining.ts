// Mines this process's own runs.
import type { Examples } from '../../dse/examples/desk.ts';
import type { TraceSources } from '../../dse/mine/examine.ts';
import { Miner } from '../../dse/mine/mine.ts';
import { tacticDraft, tacticReport } from '../../dse/mine/tactics.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import type { MiningDesk } from './improvement-port.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { unchangedInput } from './run-input.ts';

const refused = () => Promise.reject(notKept());
const NOT_KEPT: MiningDesk = { exportTrace: refused, mine: refused, tactics: refused, draft: refused };

/** @param examples undefined where nothing is kept */
export function miningDesk(
  { receipts, library, evidence }: Pick<LedgerParts, 'receipts' | 'library' | 'evidence'>,
  examples: Examples | undefined,
): MiningDesk {
  if (examples === undefined) return NOT_KEPT;
  const sources: TraceSources = {
    receipts,
    record: (runId) => library.get(runId),
    async input(record, hashes) {
      const locations = await evidence.inputs(record.id);
      const unchanged = await unchangedInput(record, locations, hashes);
      return { isOurs: locations !== undefined, ...(unchanged === undefined ? {} : { unchanged }) };
    },
  };
  const miner = new Miner(sources, examples);
  return {
    exportTrace: (request) => miner.exportTrace(request),
    mine: (request) => miner.mine(request),
    tactics: (request) => tacticReport(sources, examples, request),
    draft: (request) => tacticDraft(sources, examples, request),
  };
}
