// What this program asks of V8 beyond its defaults. Import it first: it must be set before the signature module is
// compiled. It lets V8 inline wasm functions, which makes a signature and its check a third cheaper. V8 11 (Node 20) has
// this behind a flag; later versions know other ones and refuse it. That the results stay those of the reference is
// held by test/torture/schnorr.test.ts, which sets it too.
import { setFlagsFromString } from 'node:v8';

if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-inlining');
