// Amounts as the CLI says them, with the exact value on hover and for programs: money, durations, sizes, shares, counts.
import { grouped, printBytes, printDuration, printSats, printShare } from '../../protocol/words.ts';

interface Amount {
  readonly value: number;
  readonly words: string;
  readonly exact: string;
}

function Exactly({ value, words, exact }: Amount) {
  return (
    <data class="number" value={String(value)} title={words === exact ? undefined : exact}>
      {words}
    </data>
  );
}

/** What stands where nothing is known. */
export function Unknown() {
  return (
    <span class="soft">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">unknown</span>
    </span>
  );
}

/** Msat, said in sats. `bare` leaves the unit to the column's head. */
export function Money({ msat, bare = false }: { readonly msat: number; readonly bare?: boolean }) {
  const sats = msat < 0 ? `−${printSats(-msat)}` : printSats(msat);
  return <Exactly value={msat} words={bare ? sats : `${sats} sats`} exact={`${grouped(msat)} msat`} />;
}

/** Milliseconds; null is not known. */
export function Duration({ ms }: { readonly ms: number | null }) {
  return ms === null ? <Unknown /> : <Exactly value={ms} words={printDuration(ms)} exact={`${grouped(ms)} ms`} />;
}

export function Bytes({ bytes }: { readonly bytes: number }) {
  return <Exactly value={bytes} words={printBytes(bytes)} exact={`${grouped(bytes)} B`} />;
}

/** A share from 0 to 1; null is not known. */
export function Share({ share }: { readonly share: number | null }) {
  if (share === null) return <Unknown />;
  return <Exactly value={share} words={printShare(share)} exact={`${(share * 100).toFixed(3)} %`} />;
}

export function Count({ of }: { readonly of: number }) {
  return <Exactly value={of} words={grouped(of)} exact={grouped(of)} />;
}
