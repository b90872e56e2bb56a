// The guards of money. Each is a line without which money could be lost, paid twice or overspent; `npm run mutate:money` takes
// them away one by one and sees whether the named tests notice. Add a guard to the list of its room, with that line.
import { HUB_GUARDS } from './hub.mjs';
import { JUDGING_GUARDS } from './judging.mjs';
import { LEDGER_GUARDS } from './ledger.mjs';
import { PAYING_GUARDS } from './paying.mjs';

/**
 * @typedef {object} Guard
 * @property {string} name what holds with it and not without it
 * @property {string} file
 * @property {string} find must stand in the file exactly once
 * @property {string} replace
 * @property {string[]} tests parts of paths, as `npm test --` takes them: the few that must notice
 */

/** @type {Guard[]} */
export const GUARDS = [...LEDGER_GUARDS, ...PAYING_GUARDS, ...HUB_GUARDS, ...JUDGING_GUARDS];
