// `pylon dse artifacts | active | history | rollback | export | import`: which parameters are in force, and which might be.
import type { PointerRow } from '../../../protocol/dse/artifact.ts';
import type { ArtifactSummary, InForceReport } from '../../../protocol/dse/in-force.ts';
import { EXIT } from '../../../protocol/errors.ts';
import { DEFAULT_COMPILED_ID } from '../../../protocol/predict-params.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { readJsonInput } from '../json-input.ts';
import { Notices } from '../notices.ts';
import { printableJson, printableLine } from '../printable.ts';
import { printTime, renderTable } from './history.ts';

/** Hex digits of a name that tell it from others. */
const NAME_SHOWN = 12;

/** A name as tables show it. */
export function shortName(compiledId: string): string {
  return compiledId === DEFAULT_COMPILED_ID ? compiledId : printableLine(compiledId).slice(0, NAME_SHOWN);
}

const timeOf = (atMs: number) => printTime(new Date(atMs).toISOString());

const listRow = ({ compiled_id, signatureId, isActive, unfit }: ArtifactSummary) => [
  shortName(compiled_id),
  printableLine(signatureId),
  isActive ? 'in force' : '',
  unfit === null ? '' : printableLine(unfit.message),
];

export async function artifacts(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  const signature = flags.signature === undefined ? undefined : String(flags.signature);
  const list = await withEngine(context, notices, (engine) => engine.artifacts.list(signature));
  if (flags.json === true) context.stdout.write(`${printableJson({ artifacts: list })}\n`);
  else if (list.length === 0) notices.line('no artifacts yet: `pylon dse compile <signature>` makes one');
  else context.stdout.write(renderTable(list.map(listRow)));
  return EXIT.answer;
}

function activeRow({ signatureId, compiled_id, sinceMs, unfit, canary }: InForceReport): string[] {
  const since = sinceMs === null ? '' : `since ${timeOf(sinceMs)}`;
  const beside =
    canary === null ? '' : `canary ${shortName(canary.plan.canary_compiled_id)}, ${canary.plan.rolloutPct} %`;
  const fault = unfit === null ? '' : `not used: ${printableLine(unfit.message)}`;
  return [printableLine(signatureId), shortName(compiled_id), since, beside, fault];
}

export async function active(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const signatures = await withEngine(context, new Notices(context.stderr), (engine) => engine.artifacts.active());
  if (flags.json === true) context.stdout.write(`${printableJson({ signatures })}\n`);
  else context.stdout.write(renderTable(signatures.map(activeRow)));
  return EXIT.answer;
}

const changeRow = ({ atMs, action, previous, compiled_id, promotionId, reason }: PointerRow) => [
  timeOf(atMs),
  action,
  `${shortName(previous)} → ${shortName(compiled_id)}`,
  promotionId === null ? '' : `by ${printableLine(promotionId)}`,
  printableLine(reason),
];

export async function history(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = ''] = words;
  const notices = new Notices(context.stderr);
  const changes = await withEngine(context, notices, (engine) => engine.artifacts.history(signatureId));
  if (flags.json === true) context.stdout.write(`${printableJson({ changes })}\n`);
  else if (changes.length === 0) notices.line('its own parameters were always in force');
  else context.stdout.write(renderTable(changes.map(changeRow)));
  return EXIT.answer;
}

export async function rollback(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = ''] = words;
  const to = flags.to === undefined ? {} : { to: String(flags.to) };
  const asked = { signatureId, reason: String(flags.reason ?? ''), ...to };
  const notices = new Notices(context.stderr);
  const row = await withEngine(context, notices, (engine) => engine.artifacts.rollback(asked));
  if (flags.json === true) context.stdout.write(`${printableJson(row)}\n`);
  else context.stdout.write(`${printableLine(row.compiled_id)}\n`);
  notices.line(`in force for ${printableLine(signatureId)} again, in the place of ${shortName(row.previous)}`);
  return EXIT.answer;
}

/** Prints the artifact as one line of JSON. */
export async function exportArtifact(context: CliContext, words: readonly string[]): Promise<number> {
  const [compiledId = ''] = words;
  const notices = new Notices(context.stderr);
  const artifact = await withEngine(context, notices, (engine) => engine.artifacts.read(compiledId));
  context.stdout.write(`${printableJson(artifact)}\n`);
  return EXIT.answer;
}

export async function importArtifact(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [path = ''] = words;
  const given = await readJsonInput(context, path);
  const notices = new Notices(context.stderr);
  const kept = await withEngine(context, notices, (engine) => engine.artifacts.keep(given));
  if (flags.json === true) context.stdout.write(`${printableJson(kept)}\n`);
  else context.stdout.write(`${kept.compiled_id}\n`);
  notices.line(kept.added ? 'kept; it is not in force by that' : 'it was there already');
  return EXIT.answer;
}
