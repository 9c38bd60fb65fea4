"""The one style sheet of reports: light and dark, narrow screens, print. No font, no network."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#59636e;--line:#d9dee3;
--card:#f6f8fa;--good:#2f8f5b;--bad:#c9302c;--wait:#c98a04;--none:#c3cad2;--open:#2f6fbf;--quiet:#8250b5}
@media (prefers-color-scheme:dark){:root{--paper:#0f1318;--ink:#e6eaef;--soft:#9aa5b1;
--line:#2b333d;
--card:#171d24;--good:#46b37b;--bad:#f0625d;--wait:#e2ab35;--none:#48535f;--open:#5b9bea;
--quiet:#b48be0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .4rem}
h2{font-size:1.15rem;margin:2.4rem 0 .6rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:.95rem;margin:1.2rem 0 .4rem}
p{margin:.4rem 0;max-width:70ch}
.soft{color:var(--soft)}.small{font-size:.85rem}
.lead{font-size:1.05rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;
margin:1.1rem 0}
.tile{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--none);
border-radius:6px;padding:.7rem .9rem}
.tile b{display:block;font-size:1.55rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{display:block}
.tile.bad{border-left-color:var(--bad)}.tile.quiet{border-left-color:var(--quiet)}
.tile.wait{border-left-color:var(--wait)}.tile.open{border-left-color:var(--open)}
.tile.good{border-left-color:var(--good)}
.note{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem .9rem;
margin:.8rem 0}
.wide{overflow-x:auto}
.when{white-space:nowrap}header p{max-width:none}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);
vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.name{min-width:14rem;overflow-wrap:anywhere}
td.mini{min-width:9rem}
.state{white-space:nowrap;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;
font-size:.8rem}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font:12px system-ui,-apple-system,"Segoe UI",Arial,sans-serif}
svg text.of{fill:var(--ink)}
.f-good{fill:var(--good)}.f-bad{fill:var(--bad)}.f-wait{fill:var(--wait)}.f-none{fill:var(--none)}
.f-open{fill:var(--open)}.f-quiet{fill:var(--quiet)}
.axis{stroke:var(--line);stroke-width:1}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.3rem 0 .6rem;padding:0;list-style:none;
font-size:.85rem;color:var(--soft)}
.key i{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.4rem;
vertical-align:-.05rem}
.b-good{background:var(--good)}.b-bad{background:var(--bad)}.b-wait{background:var(--wait)}
.b-none{background:var(--none)}.b-open{background:var(--open)}.b-quiet{background:var(--quiet)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(21rem,1fr));gap:0 2rem}
details{margin:.6rem 0}summary{cursor:pointer;color:var(--soft)}
code{font:.85em ui-monospace,SFMono-Regular,Consolas,monospace;overflow-wrap:anywhere}
ul.plain{padding-left:1.1rem;margin:.3rem 0}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem}
@media (max-width:40rem){main{padding:1rem .8rem 3rem}h1{font-size:1.3rem}
.charts{grid-template-columns:1fr}td.name{min-width:9rem}.wide>svg{min-width:40rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--card:#fff}
body{font-size:10.5pt}main{max-width:none;padding:0}h2{break-after:avoid}
.tile,tr,svg,.note{break-inside:avoid}.wide{overflow:visible}
.tile,.f-good,.f-bad,.f-wait,.f-none,.f-open,.f-quiet,.key i{-webkit-print-color-adjust:exact;
print-color-adjust:exact}thead{display:table-header-group}}
"""
