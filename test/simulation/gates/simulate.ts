// `npm run simulate:gates`: how often the gates of promotions and canaries are fooled, and how often they see what is there; one object.
// The same seed at the same commit gives the same figures. Ends with 1 where a bound does not hold.
import { parseArgs } from 'node:util';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { type GatesReport, SCALE, simulateGates } from './report.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, scale: { type: 'string' }, json: { type: 'boolean', default: false } },
});

function number(name: 'seed' | 'scale', usual: number, most: number): number {
  const said = values[name];
  if (said === undefined) return usual;
  const value = Number(said);
  if (said.trim() === '' || !(value >= 0 && value <= most))
    throw new PylonError('option-invalid', { value: `--${name} ${said}`, reason: `it is from 0 to ${most}` });
  return value;
}

const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;

function inWords(report: GatesReport): string {
  const { plain_rule: plain } = report;
  const rows: [string, number | null, number | null][] = [
    ['worthless candidates promoted', report.null_promote_rate, plain.null_promote_rate],
    ['ten worthless ones, any promoted', report.family_promote_rate, plain.family_promote_rate],
    ['better by 0.20, promoted', report.power, plain.power],
    ['canary .05 → .25 stopped within 100', report.canary_detect_rate, plain.canary_detect_rate],
    ['harmless canaries stopped (worst rate)', report.canary_false_alarm_rate, plain.canary_false_alarm_rate],
  ];
  const told = rows.map(([what, gate, rule]) =>
    [what.padEnd(40), percent(gate ?? 0).padStart(9), percent(rule ?? 0).padStart(12)].join(''),
  );
  return [`seed ${report.seed}`, `${' '.repeat(45)}gate  plain rule`, ...told, ...report.broken].join('\n');
}

try {
  const seed = Math.floor(number('seed', Math.floor(performance.timeOrigin) % 1_000_000, 2 ** 32));
  const share = number('scale', 1, 10);
  const scaled = (count: number) => Math.max(10, Math.round(share * count));
  const report = simulateGates(seed, {
    candidates: scaled(SCALE.candidates),
    gradedFamilies: scaled(SCALE.gradedFamilies),
    canaries: scaled(SCALE.canaries),
  });
  process.stdout.write(`${values.json ? JSON.stringify(report) : inWords(report)}\n`);
  process.exitCode = report.broken.length > 0 ? 1 : 0;
} catch (thrown) {
  const error = toPylonError(thrown);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
