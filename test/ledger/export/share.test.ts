import { createHash } from 'node:crypto';
import t from 'tap';
import { NO_REDACTION } from '../../../ledger/redact/rules.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { exported } from '../../support/exported.ts';
import { overlappingTrace } from '../../support/overlapping-trace.ts';
import { traceWith } from '../../support/planted-secrets.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const scope = { run: runIdOf(1) };

t.test('the page shows question, answer, citations, timeline and figures', async (t) => {
  const { events } = traceWith('What broke?');
  const page = await exported([{ events }], { scope, format: 'html' });
  t.match(page, '<h1>What broke?</h1>');
  t.match(page, '<p class="answer">What broke? <a href="#run-1-1">[1]</a></p>');
  t.match(page, '<li id="run-1-1">[1] file-1:1-200</li>');
  t.match(page, '<svg viewBox');
  t.match(page, /coverage of the input/);
  t.match(page, 'Removed before it was written: secrets, input, prompts, paths, keys, notes.');
});

t.test('the page loads nothing, runs nothing, and its policy allows neither', async (t) => {
  const page = await exported([{ events: overlappingTrace(1, 50, 200) }], { scope, format: 'html' });
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  t.match(
    page,
    `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  );
  t.notMatch(page, /<script|<img|<link|<iframe|<object|\ssrc=|url\(|@import|\son\w+=|\sstyle=|javascript:/i);
  const addresses = [...page.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
  t.ok(addresses.every((address) => address?.startsWith('#')));
});

t.test('what a stranger wrote is text, whatever it is', async (t) => {
  const hostile = `</title><script>alert(1)</script><img src=x onerror=alert(1)> "' onload=x javascript:alert(1) \u202Egnp.exe \x1b[31m\0`;
  const { events } = traceWith(hostile);
  const page = await exported([{ events }], { scope, format: 'html', rules: NO_REDACTION });
  t.notMatch(page, /<script|<img/);
  t.equal(
    page.split('<title>').length - page.split('</title>').length,
    page.split('<title').length - page.split('</title>').length,
  );
  t.notMatch(page, /[\u202E\x1b\0]/);
  t.match(page, '&lt;script&gt;alert(1)&lt;/script&gt;');
});

t.test('of 10,000 sub-queries the page is still one that opens', async (t) => {
  const page = await exported([{ events: overlappingTrace(4, 10_000, 60_000) }], { scope, format: 'html' });
  t.ok(page.length < 2_000_000, `${page.length} characters`);
  t.match(page, '9000 more are not listed here');
});

t.test('an experiment is a table of its runs and a section for each', async (t) => {
  const runs = [1, 2].map((number) => ({
    events: traceOf({ runId: runIdOf(number), experiment: 'a <b>' }) as TraceEvent[],
  }));
  const page = await exported(runs, { scope: { experiment: 'a <b>' }, format: 'html' });
  t.match(page, '<h1>Experiment a &lt;b&gt;</h1>');
  t.equal(page.split('<section>').length, 3);
});
