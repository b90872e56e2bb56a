// The part of the library that lets runs out and in: folders and files, redacted or not.
import { join } from 'node:path';
import { Exporter } from '../../ledger/export/exporter.ts';
import { exportRun } from '../../ledger/export/folder.ts';
import type { RunImporter } from '../../ledger/export/import.ts';
import { importJsonl } from '../../ledger/export/jsonl-import.ts';
import { RedactedRun } from '../../ledger/export/source.ts';
import { NO_REDACTION } from '../../ledger/redact/rules.ts';
import type { RunHistory } from '../../ledger/runs.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import { PylonError } from '../../protocol/errors.ts';
import { redactionKey } from '../export/redaction-key.ts';
import { homePaths } from '../home.ts';
import { VERSION } from '../version.ts';
import type { EngineOptions, Exporting } from './port.ts';
import type { RunFolders } from './run-folders.ts';

const refused = () => Promise.reject(notKept());

/** Of a process that keeps nothing. */
export const NOTHING_TO_EXPORT: Exporting = {
  export: refused,
  import: refused,
  importFile: refused,
  file: refused,
  filePreview: refused,
};

export interface ExportingParts extends Pick<EngineOptions, 'home' | 'random'> {
  readonly runs: RunHistory;
  readonly importer: RunImporter;
  readonly folders: RunFolders;
}

export function exportingOf({ home, random, runs, importer, folders }: ExportingParts): Exporting {
  const key = () => redactionKey(home, random);
  const exporter = new Exporter({ history: runs, key, version: VERSION });
  const importFolder = (folder: string) => importer.import(folder);
  return {
    async export(id, folder, rules = NO_REDACTION) {
      if (rules.size === 0) return exportRun(runs, id, folder ?? folders.folderOf(id));
      if (folder === undefined)
        throw new PylonError('request-invalid', {
          value: id,
          reason: 'a redacted folder needs a place of its own: PYLON_HOME keeps the whole one',
        });
      const record = await runs.get(id);
      if (record === undefined) throw new PylonError('run-unknown', { value: id });
      const run = new RedactedRun(runs, record, rules, await key());
      return exportRun({ events: () => run.events(), blob: (hash) => run.payload(hash) }, id, folder);
    },
    import: importFolder,
    importFile: (path) =>
      importJsonl(path, { importFolder, workFolder: join(homePaths.spool(home), `${process.pid}-import`) }),
    file: (request) => exporter.file(request),
    filePreview: (request) => exporter.preview(request),
  };
}
