// All that a compile tried, best first: what each changed, how it did on dev and what it cost; its parameters and scores on demand.
import { useState } from 'preact/hooks';
import type { CompileCandidate, CompileReport } from '../../../protocol/dse/compile.ts';
import { plural } from '../../../protocol/words.ts';
import { printScore } from '../../experiments/metric-words.ts';
import { Count, Duration, Money, Unknown } from '../../parts/amounts.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { LongTable } from '../../parts/long-table.tsx';
import { Badge } from '../../parts/mark.tsx';
import { Facts } from '../../parts/panel.tsx';
import { Raw } from '../../parts/raw.tsx';
import type { Column } from '../../parts/table.tsx';
import { shortName } from '../crumbs.tsx';
import { changesOf, costOf, ranked } from './pareto.ts';

const CHANGES_CHARS = 120;

function columnsOf(report: CompileReport, open: (one: CompileCandidate) => void): readonly Column<CompileCandidate>[] {
  return [
    {
      id: 'params',
      head: 'Parameters',
      names: true,
      cell: (one) => (
        <>
          <button type="button" class="link" onClick={() => open(one)}>
            <code>{shortName(one.paramsHash)}</code>
          </button>{' '}
          {one.paramsHash === report.chosen?.paramsHash ? <Badge tone="good">chosen</Badge> : null}{' '}
          {one.isOnFrontier ? <Badge tone="busy">frontier</Badge> : null}
        </>
      ),
    },
    {
      id: 'score',
      head: 'Score on dev',
      end: true,
      cell: ({ devScore }) => (devScore === null ? <Unknown /> : printScore(devScore)),
    },
    { id: 'tried', head: 'Examples', end: true, cell: ({ scores }) => <Count of={Object.keys(scores).length} /> },
    { id: 'errors', head: 'Errors', end: true, cell: ({ errors }) => <Count of={errors} /> },
    { id: 'sats', head: 'Sats', end: true, cell: ({ costMsat }) => <Money msat={costMsat} bare /> },
    { id: 'tokens', head: 'Tokens', end: true, cell: (one) => <Count of={Math.round(costOf(one, 'tokens'))} /> },
    { id: 'latency', head: 'Time', end: true, cell: ({ latencyMs }) => <Duration ms={latencyMs} /> },
    {
      id: 'changes',
      head: 'What it changes',
      wide: true,
      cell: (one) => {
        const words = changesOf(one, report.job.base).join(', ') || 'nothing: it is what was in force';
        return <Foreign text={words.slice(0, CHANGES_CHARS)} title={words} />;
      },
    },
  ];
}

export interface CandidatesProps {
  readonly report: CompileReport;
}

export function Candidates({ report }: CandidatesProps) {
  const [opened, setOpened] = useState<CompileCandidate>();
  return (
    <section class="panel panel-flush" aria-label="Candidates">
      <LongTable
        caption={`${plural(report.candidates.length, 'candidate')}, best first; figures per prediction`}
        showCaption
        columns={columnsOf(report, setOpened)}
        rows={ranked(report)}
        keyOf={({ paramsHash }) => paramsHash}
      />
      <Dialog
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={`Candidate ${shortName(opened?.paramsHash ?? '')}`}
      >
        {opened === undefined ? null : (
          <>
            <Facts
              facts={[
                ['how it came to be', <Foreign key="how" text={opened.origin.how} />],
                ['made from', opened.origin.parent === null ? 'nothing' : shortName(opened.origin.parent)],
                ['calls of the model', String(opened.usage.calls)],
              ]}
            />
            <Raw text={JSON.stringify(opened.params)} what="parameters">
              parameters
            </Raw>
            <Raw text={JSON.stringify(opened.scores)} what="scores">
              score of each example
            </Raw>
          </>
        )}
      </Dialog>
    </section>
  );
}
