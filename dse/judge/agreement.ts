// How well a judge agrees with people: on how many pairs both say good or both say bad, and how much of that is more than chance.

/** From here on a score means good. */
const GOOD_MIN = 0.5;

export interface Agreement {
  /** Share of pairs on which both say the same. */
  readonly accuracy: number;
  /** Cohen's kappa (1960): 1 for all, 0 for no more than chance, and 0 where people only ever said one thing, which shows nothing. */
  readonly kappa: number;
}

/** @param judged what people said of each pair, and what the judge did */
export function agreementOf(judged: readonly { readonly label: number; readonly score: number }[]): Agreement {
  const n = Math.max(1, judged.length);
  const share = (holds: (pair: { label: number; score: number }) => boolean) => judged.filter(holds).length / n;
  const [goodLabels, goodScores] = [share(({ label }) => label >= GOOD_MIN), share(({ score }) => score >= GOOD_MIN)];
  const accuracy = share(({ label, score }) => label >= GOOD_MIN === score >= GOOD_MIN);
  const byChance = goodLabels * goodScores + (1 - goodLabels) * (1 - goodScores);
  const saysNothing = goodLabels === 0 || goodLabels === 1 || byChance === 1;
  return { accuracy, kappa: saysNothing ? 0 : (accuracy - byChance) / (1 - byChance) };
}
