// One experiment: its runs side by side, what the differences mean, notes, and ways to take it along.
import './experiments.css';
import { useState } from 'preact/hooks';
import type { ExperimentView } from '../../protocol/experiment-report.ts';
import { plural } from '../../protocol/words.ts';
import { call } from '../api/client.ts';
import { pathOf } from '../app/routes.ts';
import type { ViewProps } from '../app/views.ts';
import { Menu } from '../parts/menu.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';
import { ShareDialog } from '../share/share-dialog.tsx';
import { ComparedRuns, comparisonFiles } from './compared.tsx';
import { NoteEditor } from './note-editor.tsx';

const FORMATS = [
  ['csv', 'Runs, CSV'],
  ['jsonl', 'All events, JSON lines'],
  ['otlp', 'Spans, OTLP/JSON'],
  ['perfetto', 'Trace for Perfetto'],
] as const;

/** Runs of the experiment that are chosen. */
function useChosen(ids: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen,
    onChoose: (id: string, on: boolean) =>
      setChosen((before) => new Set(on ? [...before, id] : [...before].filter((other) => other !== id))),
    onChooseAll: (on: boolean) => setChosen(new Set(on ? ids : [])),
  };
}

function CompareSelected({ chosen }: { readonly chosen: ReadonlySet<string> }) {
  const words = chosen.size < 2 ? 'Compare selected' : `Compare ${chosen.size} selected`;
  if (chosen.size < 2)
    return (
      <button type="button" class="button" disabled title="Choose two runs or more">
        {words}
      </button>
    );
  return (
    <a class="button button-primary" href={`${pathOf('compare')}?runs=${[...chosen].join(',')}`}>
      {words}
    </a>
  );
}

export default function Experiment({ subject }: ViewProps) {
  const path = `/api/experiments/${encodeURIComponent(subject)}`;
  const view = useResource<ExperimentView>(path);
  const [sharing, setSharing] = useState(false);
  const data = view.data.value;
  const choosing = useChosen(data?.comparison.runs.map(({ run_id }) => run_id) ?? []);
  const files = FORMATS.map(([format, words]) => ({ words, href: `${path}/export?format=${format}`, download: '' }));
  const saveNote = async (note: string | null) => {
    await call(path, { method: 'PATCH', body: { note } });
    await view.load();
  };
  return (
    <>
      <PageHead
        title={subject}
        above={<a href={pathOf('experiments')}>Experiments</a>}
        actions={
          <>
            <CompareSelected chosen={choosing.chosen} />
            <Menu label="Export" items={[...comparisonFiles(subject, data?.comparison), ...files]} />
            <button type="button" class="button" onClick={() => setSharing(true)}>
              Share…
            </button>
          </>
        }
      >
        {data === undefined ? (
          ''
        ) : (
          <>
            {plural(data.experiment.runs, 'run')}, the latest change <Time at={data.experiment.updated_at} />
          </>
        )}
      </PageHead>
      <Loaded from={view}>
        {({ experiment, runs, comparison }) => (
          <>
            {runs.length === 0 ? (
              <Empty title="No runs in it yet">
                <p>
                  Ask with <code>pylon rlm --experiment {subject}</code>, or move runs to it in the list of runs.
                </p>
              </Empty>
            ) : (
              <ComparedRuns comparison={comparison} run={runs[0]} choosing={choosing} />
            )}
            <NoteEditor note={experiment.note} onSave={saveNote} />
          </>
        )}
      </Loaded>
      {sharing ? <ShareDialog path={`${path}/export`} what={subject} onClose={() => setSharing(false)} /> : null}
    </>
  );
}
