// Runs as table rows: what was asked, how it ended, what it took.

import type { RunRecord } from '../../protocol/run.ts';
import { pathOf } from '../app/routes.ts';

export function RunRows({ runs, caption }: { readonly runs: readonly RunRecord[]; readonly caption: string }) {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Question</th>
          <th scope="col">Status</th>
          <th scope="col">Time</th>
          <th scope="col">Sats</th>
          <th scope="col">Coverage</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td>
              <a href={pathOf('run', run.id)}>{run.query}</a>
            </td>
            <td>{run.status}</td>
            <td>{(run.metrics.elapsed_ms / 1000).toFixed(2)} s</td>
            <td>{run.cost_sats}</td>
            <td>{Math.round(run.metrics.coverage * 100)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
