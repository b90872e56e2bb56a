// Answers Pylon's own prompts honestly, by looking for the question's words: what a small and truthful model would do.

const STOP = new Set(
  'what which when where does this that with from have been were will the and for are how why who did has was'.split(
    ' ',
  ),
);
const FINDINGS = 6;

/** The answer to the material of a prompt (the first user message), in the form its instructions (the system message) ask for. */
export function oracle(system: string, material: string): string {
  if (material.startsWith('State: ')) return JSON.stringify(action(material));
  if (system.includes('"summary"')) return JSON.stringify(summarised(material));
  if (system.includes('"evidence":[{"n"')) return JSON.stringify(answered(material));
  if (system.includes('"findings"')) return JSON.stringify({ findings: findings(material) });
  if (system.includes('"records"')) return JSON.stringify({ records: records(material) });
  if (system.includes('"selected"')) return JSON.stringify({ selected: selected(material) });
  if (system.includes('"supported"')) return JSON.stringify(verdict(material));
  return JSON.stringify(reduced(material));
}

function wordsOf(material: string): string[] {
  const question = /^Question: (.*)$/m.exec(material.slice(material.lastIndexOf('\nQuestion: ') + 1))?.[1] ?? '';
  const words =
    question
      .toLowerCase()
      .match(/[\p{L}\p{N}_]{3,}|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{Emoji_Presentation}]/gu) ?? [];
  return [...new Set(words)].filter((word) => !STOP.has(word));
}

function ranked(material: string): { number: number; text: string; score: number }[] {
  const words = wordsOf(material);
  return [...material.matchAll(/^(\d+)\| (.*)$/gm)]
    .map(([, number, text = '']) => {
      const line = text.toLowerCase();
      return {
        number: Number(number),
        text,
        score: words.filter((word) => line.includes(word)).length / Math.max(1, words.length),
      };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.number - other.number);
}

function findings(material: string) {
  const best = ranked(material).filter(({ text }) => text.trim() !== '');
  return best.slice(0, FINDINGS).map(({ number, text, score }) => ({
    line: number,
    quote: text.slice(0, 500),
    score,
    note: 'holds words of the question',
  }));
}

/** As a controller: asks every chunk, and answers with what they found. */
function action(material: string) {
  const question = /^Question: (.*)$/m.exec(material.slice(material.lastIndexOf('\nQuestion: ') + 1))?.[1] ?? '';
  const rows = /^- \{"name":"found".*?"rows":(\d+)/m.exec(material)?.[1];
  if (rows === undefined) return { action: 'ExtractOverChunks', question, into: 'found' };
  if (rows === '0') return { action: 'Final', answer: 'Nothing was found.', evidence: [] };
  if (!material.includes('"name":"best"'))
    return { action: 'Compute', from: 'found', steps: [{ op: 'top', n: 1, by: ['score'] }], into: 'best' };
  return { action: 'Final', answer: '{{best[1].text}} [1]', evidence: ['best[1]'] };
}

/** The best lines of a whole text, each with its mark. */
function answered(material: string) {
  const best = findings(material).slice(0, 3);
  if (best.length === 0) return { answer: 'The text does not say.', evidence: [] };
  const answer = best.map(({ quote }, index) => `${quote} [${index + 1}]`).join('\n');
  return { answer, evidence: best.map(({ line, quote }, index) => ({ n: index + 1, line, quote })) };
}

/** Fields of the prompt with the values that are listed for them; none for a number, a flag or any other text. */
function fieldsOf(material: string): { name: string; values: string[] }[] {
  const listed = material.slice(material.lastIndexOf('\nFields of a record:'));
  return [...listed.matchAll(/^- (\w+): (?:one of (.*?)|string|number|boolean)(?: \(.*\))?$/gm)].map(
    ([, name = '', values]) => ({
      name,
      values: values === undefined ? [] : (JSON.parse(`[${values}]`) as string[]),
    }),
  );
}

/** Lines that say a listed value, or something under a field's name. */
function records(material: string) {
  const fields = fieldsOf(material);
  const part = material.slice(0, material.lastIndexOf('\nFields of a record:'));
  return [...part.matchAll(/^(\d+)\| (.*)$/gm)].flatMap(([, number, text = '']) => {
    const said = fields.map(({ name, values }) => {
      const line = text.toLowerCase();
      const found = values.find((value) => line.includes(value.toLowerCase()));
      return [name, found ?? new RegExp(`\\b${name}[=:]\\s*(\\S+)`).exec(text)?.[1] ?? null] as const;
    });
    return said.every(([, value]) => value === null)
      ? []
      : [{ line: Number(number), fields: Object.fromEntries(said) }];
  });
}

/** The first lines of the text, or of the first messages, each with its mark. */
function summarised(material: string) {
  const lines = [...material.matchAll(/^(?:\d+)?\| (.*)$/gm)]
    .map(([, text = '']) => text)
    .filter((text) => text.trim() !== '');
  const told = lines.slice(0, 3).map((quote, index) => ({ n: index + 1, quote: quote.slice(0, 500) }));
  if (told.length === 0) return { summary: 'There is nothing in it.', evidence: [] };
  return { summary: told.map(({ n, quote }) => `${quote} [${n}]`).join(' '), evidence: told };
}

function selected(material: string): number[] {
  const most = Number(/^Choose at most (\d+)\.$/m.exec(material)?.[1] ?? 1);
  const numbers = ranked(material).map(({ number }) => number);
  const first = Number(/^(\d+)\| /m.exec(material)?.[1] ?? 0);
  return (numbers.length > 0 ? numbers : [first]).slice(0, most);
}

function evidenceOf(material: string): Map<number, string> {
  const end = material.lastIndexOf('\nQuestion: ');
  const items = material.slice(0, end).matchAll(/^\[(\d+)\] .*\n((?:\| .*(?:\n|$))+)/gm);
  return new Map([...items].map(([, n, lines = '']) => [Number(n), lines.replace(/^\| /gm, '').trim()]));
}

function reduced(material: string) {
  const evidence = [...evidenceOf(material)].slice(0, 3);
  if (evidence.length === 0) return { answer: 'The evidence does not answer the question.', citations: [] };
  const answer = evidence.map(([n, quote]) => `${quote.split('\n')[0]} [${n}]`).join('\n');
  return { answer, citations: evidence.map(([n]) => n) };
}

function verdict(material: string) {
  const evidence = evidenceOf(material);
  const claims = material.slice(material.lastIndexOf('The answer to check:')).match(/^\| .*$/gm) ?? [];
  const unsupported = claims
    .map((claim) => claim.slice(2).trim())
    .filter((claim) => claim !== '' && !isCarried(claim, evidence));
  return { supported: unsupported.length === 0, unsupported };
}

function isCarried(claim: string, evidence: ReadonlyMap<number, string>): boolean {
  const [, words = '', n = ''] = /^(.*) \[(\d+)\]$/.exec(claim) ?? [];
  return words !== '' && (evidence.get(Number(n))?.includes(words) ?? false);
}
