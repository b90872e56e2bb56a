// Many records of one form as JSON, column by column: what repeats is written once, what rises is written as steps, what is absent
// mostly is written where it is there. A tenth of the size of the records, and read back several times as fast.

/** `undefined` in a column is absence; null does not occur. */
export type Cell = string | number | boolean | object | undefined;

/** The one that fits best, and is read back without knowing what it holds. */
export type Column =
  /** All absent, or there are none. */
  | null
  | { readonly same: Cell }
  /** Whole numbers that count on by the same step. */
  | { readonly first: number; readonly step: number }
  /** Whole numbers, each as the difference to the one before. */
  | { readonly rising: readonly number[] }
  /** The different ones, and which of them comes where: a letter of `LETTERS` each, or a number when there are more than letters. */
  | { readonly words: readonly Cell[]; readonly at: string | readonly number[] }
  /** Texts of one length, end to end. */
  | { readonly packed: string; readonly width: number }
  /** Texts with a number in them, as `c12` and `12.0.h1` have: what is before it, the number, what is behind it. */
  | { readonly heads: Column; readonly numbers: Column; readonly tails: Column }
  | { readonly each: readonly Cell[] }
  /** Those that are there, and the differences between their places. */
  | { readonly there: readonly number[]; readonly values: Column }
  | { readonly missing: readonly number[]; readonly values: Column };

/** Shorter texts are hardly shorter end to end. */
const PACKED_CHARS_MIN = 16;

function stepsOf(numbers: readonly number[]): number[] {
  let before = 0;
  return numbers.map((number) => {
    const step = number - before;
    before = number;
    return step;
  });
}

/** Characters of the number in JSON, about. */
function charsOf(number: number): number {
  let chars = number < 0 ? 3 : 2;
  for (let rest = Math.abs(number); rest >= 10; rest /= 10) chars++;
  return chars;
}

function charsOfAll(numbers: readonly number[]): number {
  let chars = 0;
  for (const number of numbers) chars += charsOf(number);
  return chars;
}

/** Steps between whole numbers below half of what is exact are exact. */
const STEPPED_MAX = 2 ** 52;

function numberColumn(numbers: readonly number[]): Column {
  const stepped = numbers.every((number) => Number.isInteger(number) && Math.abs(number) <= STEPPED_MAX);
  if (!stepped) return { each: numbers };
  const rising = stepsOf(numbers);
  const [first = 0, step = 0] = rising;
  if (rising.every((one, place) => place === 0 || one === step)) return { first, step };
  return charsOfAll(rising) < charsOfAll(numbers) ? { rising } : { each: numbers };
}

/** Which word it is, where there are few: printable, and written as they are in JSON. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Given up once more than every second cell was a new word: then their list is longer than what it saves. */
function wordColumn(cells: readonly Cell[], wordsMax: number): Column | undefined {
  const places = new Map<unknown, number>();
  const words: Cell[] = [];
  const at: number[] = [];
  for (const cell of cells) {
    const key = typeof cell === 'object' ? JSON.stringify(cell) : cell;
    let place = places.get(key);
    if (place === undefined) {
      place = words.push(cell) - 1;
      places.set(key, place);
      if (place >= wordsMax || place > LETTERS.length + at.length / 2) return undefined;
    }
    at.push(place);
  }
  if (words.length === 1) return { same: words[0] };
  return { words, at: words.length <= LETTERS.length ? at.map((place) => LETTERS[place]).join('') : at };
}

/** A number as JavaScript prints it, so that it can be printed again; fifteen digits are exact. */
const NUMBERED = /^(\D*)(0|[1-9]\d{0,14})(?!\d)(.*)$/s;

function areWords(column: Column): boolean {
  return column !== null && ('same' in column || 'words' in column);
}

function numberedColumn(cells: readonly Cell[]): Column | undefined {
  const [heads, numbers, tails]: [string[], number[], string[]] = [[], [], []];
  for (const cell of cells) {
    const parts = typeof cell === 'string' ? NUMBERED.exec(cell) : null;
    if (parts === null) return undefined;
    heads.push(parts[1]!);
    numbers.push(Number(parts[2]));
    tails.push(parts[3]!);
  }
  const columns = { heads: fullColumn(heads), numbers: fullColumn(numbers), tails: fullColumn(tails) };
  return areWords(columns.heads) && areWords(columns.tails) ? columns : undefined;
}

function textColumn(cells: readonly Cell[]): Column {
  const [first] = cells;
  const width = typeof first === 'string' ? first.length : 0;
  if (width < PACKED_CHARS_MIN || !cells.every((cell) => typeof cell === 'string' && cell.length === width))
    return { each: cells };
  return { packed: cells.join(''), width };
}

function fullColumn(cells: readonly Cell[]): Column {
  const [first] = cells;
  if (cells.every((cell) => cell === first)) return { same: first };
  if (cells.every((cell) => typeof cell === 'number'))
    return cells.length > LETTERS.length
      ? (wordColumn(cells, LETTERS.length) ?? numberColumn(cells))
      : numberColumn(cells);
  return wordColumn(cells, cells.length) ?? numberedColumn(cells) ?? textColumn(cells);
}

/** The smallest form of the cells, about. All of them of one type, and numbers finite. */
export function toColumn(cells: readonly Cell[]): Column {
  let absent = 0;
  for (const cell of cells) if (cell === undefined) absent++;
  if (absent === cells.length) return null;
  if (absent === 0) return fullColumn(cells);
  const values = fullColumn(cells.filter((cell) => cell !== undefined));
  const mostlyThere = absent < cells.length / 2;
  const places: number[] = [];
  cells.forEach((cell, place) => {
    if ((cell === undefined) === mostlyThere) places.push(place);
  });
  return mostlyThere ? { missing: stepsOf(places), values } : { there: stepsOf(places), values };
}

/** An array that is filled place by place: several times as fast as Array.from. */
function cellsOf(length: number, cellAt: (place: number) => Cell): Cell[] {
  const cells = new Array<Cell>(length);
  for (let place = 0; place < length; place++) cells[place] = cellAt(place);
  return cells;
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

/** The cells again; they may be the column's own. @param length how many there were */
export function fromColumn(column: Column, length: number): readonly Cell[] {
  if (column === null) return new Array<Cell>(length).fill(undefined);
  if ('same' in column) return new Array<Cell>(length).fill(column.same);
  if ('step' in column) return cellsOf(length, (place) => column.first + place * column.step);
  if ('rising' in column) return sums(column.rising);
  if ('words' in column) return wordsOf(column);
  if ('packed' in column) {
    const { packed, width } = column;
    return cellsOf(length, (place) => packed.slice(place * width, (place + 1) * width));
  }
  if ('each' in column) return column.each;
  if ('numbers' in column) {
    const heads = fromColumn(column.heads, length);
    const numbers = fromColumn(column.numbers, length);
    const tails = fromColumn(column.tails, length);
    return cellsOf(length, (place) => `${heads[place]}${numbers[place]}${tails[place]}`);
  }
  return withGaps(column, length);
}

function wordsOf({ words, at }: Extract<Column, { words: readonly Cell[] }>): Cell[] {
  if (typeof at !== 'string') return at.map((place) => words[place]);
  const byCode: Cell[] = [];
  words.forEach((word, place) => {
    byCode[LETTERS.charCodeAt(place)] = word;
  });
  return cellsOf(at.length, (place) => byCode[at.charCodeAt(place)]);
}

function withGaps(column: Extract<Column, { values: Column }>, length: number): Cell[] {
  const cells = new Array<Cell>(length).fill(undefined);
  if ('there' in column) {
    const values = fromColumn(column.values, column.there.length);
    sums(column.there).forEach((place, index) => {
      cells[place] = values[index];
    });
    return cells;
  }
  const gaps = sums(column.missing);
  const values = fromColumn(column.values, length - gaps.length);
  let passed = 0;
  for (let place = 0; place < length; place++) {
    if (gaps[passed] === place) passed++;
    else cells[place] = values[place - passed];
  }
  return cells;
}
