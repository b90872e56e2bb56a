// How a shared page looks: a quiet instrument, by day and by night, on paper too.
export const SHARE_STYLE = `
:root{--ground:#fbfbf9;--ink:#1d1f21;--soft:#5f6368;--line:#dcdcd6;--ok:#2b6cb0;--bad:#b3261e;--late:#8a5a00;--gone:#8b8f94}
@media (prefers-color-scheme:dark){:root{--ground:#131517;--ink:#e6e6e3;--soft:#9aa0a6;--line:#2e3236;--ok:#7fb3e6;--bad:#f28b82;--late:#e3b55b;--gone:#6d7278}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:2rem 1rem 4rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:2rem 0 .5rem}
section+section{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1.5rem}
p,li,td,th{overflow-wrap:anywhere}
.soft,figcaption,footer{color:var(--soft);font-size:.875rem}
.answer{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--ok);padding:.25rem 0 .25rem 1rem;margin:.5rem 0}
.citations{padding-left:0;list-style:none;font:.875rem/1.6 ui-monospace,monospace}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
tbody th{font-weight:400;color:var(--soft)}
.scroll{margin-bottom:1.5rem}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
a{color:var(--ok)}
figure{margin:0}
figure>.scroll>svg{width:100%;min-width:40rem;height:auto;display:block}
svg text{fill:var(--soft);font:10px system-ui,sans-serif}
.axis{stroke:var(--line);stroke-width:1}
.answered{fill:var(--ok)}
.failed{fill:none;stroke:var(--bad);stroke-width:1.5}
.timeout{fill:none;stroke:var(--late);stroke-width:1.5;stroke-dasharray:3 2}
.cancelled{fill:var(--gone);opacity:.5}
.submitted,.executing{fill:none;stroke:var(--soft)}
.legend{display:flex;gap:1rem;flex-wrap:wrap;padding:0;list-style:none;font-size:.875rem}
.legend svg{display:inline;width:1.5rem;height:.75rem;vertical-align:middle}
details{margin-top:1rem}
summary{cursor:pointer}
`;
