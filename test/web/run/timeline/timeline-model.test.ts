// The lanes of a run: watched live they come to what they are when it is opened later, nothing overlaps, and nothing is lost.
import fc from 'fast-check';
import t from 'tap';
import { fold, foldEvent, type RunState } from '../../../../protocol/fold.ts';
import { changedQueries } from '../../../../web/run/changed-queries.ts';
import { markOf } from '../../../../web/run/timeline/bar-mark.ts';
import { TimelineModel } from '../../../../web/run/timeline/timeline-model.ts';
import { lawfulTrace } from '../../../support/lawful-trace.ts';

const OPTIONS = { lanesBy: 'provider', canaries: true } as const;

/** As plain data: lane, row, and what stands in it. */
function drawn(model: TimelineModel) {
  return model.lines.map(({ lane, row }) => ({
    lane: lane.key,
    bars: Array.from({ length: row.length }, (_, at) => ({
      query: model.queries[row.bars[at]!]!.id,
      start: row.starts[at],
      end: row.ends[at],
      mark: row.marks[at],
    })),
  }));
}

function watched(
  events: Parameters<typeof fold>[0],
  options: ConstructorParameters<typeof TimelineModel>[1] = OPTIONS,
) {
  let state: RunState | undefined;
  let model: TimelineModel | undefined;
  for (const event of events) {
    const changed = changedQueries(state, event);
    state = foldEvent(state, event);
    model ??= new TimelineModel(state, options);
    model.update(state, changed);
  }
  return { state: state!, model: model! };
}

t.test('a run that was watched looks as it looks when it is opened', async (t) => {
  fc.assert(
    fc.property(lawfulTrace, fc.constantFrom('provider' as const, 'chunk' as const), (events, lanesBy) => {
      const live = watched(events, { lanesBy, canaries: true });
      const opened = new TimelineModel(fold(events), { lanesBy, canaries: true });
      const all = (model: TimelineModel) =>
        drawn(model)
          .flatMap(({ lane, bars }) => bars.map((bar) => ({ lane, ...bar })))
          .sort((left, right) => (left.query < right.query ? -1 : 1));
      t.same(all(live.model), all(opened));
      t.equal(live.model.open, opened.open);
    }),
    { numRuns: 60 },
  );
});

t.test('bars of a row never overlap and are in the order of their starts', async (t) => {
  fc.assert(
    fc.property(lawfulTrace, (events) => {
      for (const { row } of watched(events).model.lines) {
        for (let at = 1; at < row.length; at++) t.ok(row.ends[at - 1]! <= row.starts[at]!);
      }
    }),
    { numRuns: 60 },
  );
});

t.test('every query is one bar with its own mark, and canaries only where they are asked for', async (t) => {
  fc.assert(
    fc.property(lawfulTrace, (events) => {
      const { state, model } = watched(events);
      t.equal(model.queries.length, state.queries.size);
      for (const query of state.queries.values()) {
        const bar = model.barOf(query.id)!;
        const { row, at } = model.placeOf(bar)!;
        t.equal(row.marks[at], markOf(query));
        const { starts, ends, marks } = model.times;
        t.same([starts[bar], ends[bar], marks[bar]], [row.starts[at], row.ends[at], row.marks[at]]);
      }
      const without = new TimelineModel(state, { lanesBy: 'provider', canaries: false });
      t.notOk(without.queries.some(({ canary }) => canary));
      const plain = [...state.queries.values()].filter(({ canary }) => !canary);
      t.equal(without.queries.length, plain.length);
    }),
    { numRuns: 40 },
  );
});

t.test('lanes by chunk stand in the order of the input', async (t) => {
  fc.assert(
    fc.property(lawfulTrace, (events) => {
      const { model } = watched(events, { lanesBy: 'chunk', canaries: true });
      const chunks = model.lines.map(({ lane }) => Number(lane.key));
      t.same(
        chunks,
        [...chunks].sort((left, right) => left - right),
      );
    }),
    { numRuns: 40 },
  );
});
