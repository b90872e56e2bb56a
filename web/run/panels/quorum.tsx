// How far the answers reach: chunks answered of those needed, and what was made of the answers.
import { parseQuorum, quorumTarget } from '../../../protocol/quorum.ts';
import type { RunCounts } from '../../../protocol/run-metrics.ts';
import type { RunState } from '../../../protocol/run-state.ts';
import { grouped, plural, printShare } from '../../../protocol/words.ts';
import { StatusMark, type Tone } from '../../parts/mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Figures, Panel } from '../../parts/panel.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  accepted: 'good',
  confirmed: 'good',
  canary: 'good',
  local: 'good',
  rejected: 'bad',
  refuted: 'bad',
  withdrawn: 'bad',
};

function verdictsOf(state: RunState): readonly (readonly [verdict: string, count: number])[] {
  const counts = new Map<string, number>();
  state.queries.forEach(({ verdict }) => {
    if (verdict !== undefined) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  });
  return [...counts].sort(([, left], [, right]) => right - left);
}

export function QuorumPanel({ state, counts }: { readonly state: RunState; readonly counts: RunCounts }) {
  const quorum = parseQuorum(state.config.quorum);
  const needed = quorum.kind === 'best-effort' ? undefined : quorumTarget(quorum, counts.chunks);
  const answered = counts.chunks_answered;
  const words =
    needed === undefined ? `${grouped(answered)} answered` : `${grouped(answered)} of ${grouped(needed)} needed`;
  const verdicts = verdictsOf(state);
  return (
    <Panel title="Quorum">
      <Figures
        figures={[
          { label: 'Answered', value: grouped(answered), note: `of ${plural(counts.chunks, 'chunk')}` },
          {
            label: 'Needed',
            value: needed === undefined ? 'any' : grouped(needed),
            note: `quorum ${state.config.quorum}`,
          },
          { label: 'Coverage', value: printShare(counts.coverage), note: 'of the input' },
          { label: 'Tier', value: state.config.verification, note: 'how answers are checked' },
        ]}
      />
      <Meter
        label="Quorum"
        value={answered}
        max={needed ?? counts.chunks}
        words={words}
        tone={needed !== undefined && answered >= needed ? 'good' : 'busy'}
      />
      {verdicts.length === 0 ? null : (
        <ul class="verdicts" aria-label="Verdicts">
          {verdicts.map(([verdict, count]) => (
            <li key={verdict}>
              <StatusMark tone={TONES[verdict] ?? 'idle'}>
                {grouped(count)} {verdict}
              </StatusMark>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
