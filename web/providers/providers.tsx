// The leaderboard: who answered, how surely, how fast, for what price, best first.
import { shownText } from '../parts/shown-text.ts';
import './providers.css';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProvidersReport } from '../../protocol/provider-report.ts';
import { plural } from '../../protocol/words.ts';
import { address, navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { Field } from '../parts/field.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../parts/use-resource.ts';
import { latencyScale } from './bounds.ts';
import { IS_ASCENDING, PROVIDER_ORDERS } from './orders.ts';
import { providerColumns } from './provider-columns.tsx';
import { addressOf, pathOfQuestion, type Question, questionOf } from './window.ts';
import { WindowChoice } from './window-choice.tsx';

/** More rows nobody compares. */
const ROWS_MAX = 200;

/** Every model heard of while the page is open: a report of one model names no others. */
const models = signal<ReadonlySet<string>>(new Set());

/** Remembers the models of a report. */
function hearOf(report: ProvidersReport): void {
  const more = report.providers.flatMap((provider) => provider.models).filter((model) => !models.value.has(model));
  if (more.length > 0) models.value = new Set([...models.value, ...more]);
}

function ask(question: Question): void {
  navigate(pathOf('providers') + addressOf(question), { replace: true });
}

function ModelChoice({ question }: { readonly question: Question }) {
  const known = [...new Set([...models.value, ...(question.model === '' ? [] : [question.model])])].sort();
  return (
    <Field label="Model" quiet>
      {(wires) => (
        <select
          {...wires}
          class="input model-choice"
          value={question.model}
          onChange={(event) => ask({ ...question, model: event.currentTarget.value })}
        >
          <option value="">Any model</option>
          {known.map((model) => (
            <option key={model} value={model}>
              {shownText(model)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Board({ report, question }: { readonly report: ProvidersReport; readonly question: Question }) {
  if (report.providers.length === 0)
    return (
      <Empty title={`No provider was asked in the last ${question.since}`}>
        <p>Ask a question, or look at a longer window.</p>
      </Empty>
    );
  const onSort = (id: string) => {
    const sort = PROVIDER_ORDERS.find((order) => order === id);
    if (sort !== undefined) ask({ ...question, sort });
  };
  return (
    <section class="panel panel-flush" aria-label="Leaderboard">
      <Table
        caption={`${plural(report.total, 'provider')}, best first by ${report.sort}`}
        showCaption
        columns={providerColumns(latencyScale(report.providers))}
        rows={report.providers}
        keyOf={({ provider }) => provider}
        sorting={{ by: report.sort, order: IS_ASCENDING[report.sort] ? 'asc' : 'desc' }}
        onSort={onSort}
      />
    </section>
  );
}

export default function Providers() {
  const question = questionOf(address.value.searchParams);
  const report = useResource<ProvidersReport>(pathOfQuestion(question, ROWS_MAX));
  const told = report.data.value;
  useEffect(() => {
    if (told !== undefined) hearOf(told);
  }, [told]);
  return (
    <>
      <PageHead
        title="Providers"
        actions={
          <>
            <ModelChoice question={question} />
            <WindowChoice since={question.since} onChange={(since) => ask({ ...question, since })} />
          </>
        }
      >
        Those of whom little is known rank by what they are at worst.
      </PageHead>
      <Loaded from={report}>{(data) => <Board report={data} question={question} />}</Loaded>
    </>
  );
}
