// `pylon dse promote | promotions`.
import { promoteRequestSchema, promotionSelectionSchema } from '../../../protocol/dse/promotion.ts';
import { EXIT } from '../../../protocol/errors.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { interruptible } from '../interruptible.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { promotionCells, promotionText } from '../promotion-text.ts';
import { renderTable } from './history.ts';

const numberOf = (flag: unknown) => (flag === undefined ? undefined : Number(flag));

/** Who overrides a verdict: the name they are logged in by. */
function operatorOf({ environment }: CliContext): string {
  return environment.USER ?? environment.LOGNAME ?? 'operator';
}

function requestOf(context: CliContext, compiledId: string | undefined, flags: Flags) {
  const reason = flags.override;
  const given = {
    compiled_id: compiledId,
    goal: flags.goal,
    minDelta: numberOf(flags.minDelta),
    maxCostRatio: numberOf(flags.maxCostRatio),
    maxLatencyRatio: numberOf(flags.maxLatencyRatio),
    maxScoreDrop: numberOf(flags.maxScoreDrop),
    measureOnly: flags.measureOnly,
    promotionId: flags.from,
    override: reason === undefined ? undefined : { by: operatorOf(context), reason },
  };
  return checkedFlags(promoteRequestSchema, given, { promotionId: 'from' });
}

/** @returns 0 where the candidate is better or in force now, 4 where the gate keeps it out */
export async function promote(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const request = requestOf(context, words[0], flags);
  const notices = new Notices(context.stderr);
  const promotion = await withEngine(context, notices, ({ promotions }) =>
    interruptible(context, notices, 'nothing is decided', (signal) => promotions.promote(request, signal)),
  );
  if (flags.json === true) context.stdout.write(`${printableJson(promotion)}\n`);
  else context.stdout.write(printable(promotionText(promotion)));
  const { movedPointer, verdict, signatureId } = promotion;
  if (movedPointer) notices.line(`it is in force now; back to what was: pylon dse rollback ${signatureId}`);
  return movedPointer || verdict === 'promote' ? EXIT.answer : EXIT.verification;
}

export async function promotions(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [id] = words;
  const notices = new Notices(context.stderr);
  if (id !== undefined) {
    const promotion = await withEngine(context, notices, (engine) => engine.promotions.read(id));
    const text = flags.json === true ? `${printableJson(promotion)}\n` : printable(promotionText(promotion));
    context.stdout.write(text);
    return EXIT.answer;
  }
  const { signature, before, limit } = flags;
  const selection = checkedFlags(promotionSelectionSchema, { signature, before, limit });
  const page = await withEngine(context, notices, (engine) => engine.promotions.list(selection));
  if (flags.json === true) {
    context.stdout.write(`${printableJson(page)}\n`);
    return EXIT.answer;
  }
  context.stdout.write(printable(renderTable(page.promotions.map(promotionCells))));
  if (page.promotions.length === 0) notices.line('no gate found anything yet: pylon dse promote <compiled_id>');
  if (page.next_before !== null) notices.line(`older ones: --before ${page.next_before}`);
  return EXIT.answer;
}
