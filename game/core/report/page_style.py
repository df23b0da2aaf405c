"""How the HTML debrief looks: near-black and warm white, magenta for alarms, cyan for healthy, amber for waiting."""

from __future__ import annotations

from game.core.charts.style import CHART_STYLE

DARK = """\
--ground:#0b0a0e;--panel:#131117;--ink:#f4ece0;--dim:#aaa298;--rule:#2a2531;--faint:#655d6f;
--alarm:#ff2e88;--alarm-words:#ff6aa9;--healthy:#2ed5da;--waiting:#ffb84d;--glow:0 0 18px rgba(255,46,136,.55);
"""
LIGHT = """\
--ground:#faf6ef;--panel:#fffdf8;--ink:#1c1720;--dim:#655d63;--rule:#e2d9cd;--faint:#9c929a;
--alarm:#d6006c;--alarm-words:#b8005c;--healthy:#00757d;--waiting:#935c00;--glow:none;
"""

TOKENS = f"""\
:root{{color-scheme:dark;{DARK}}}
@media (prefers-color-scheme:light){{:root:not([data-theme=dark]){{color-scheme:light;{LIGHT}}}}}
:root[data-theme=light]{{color-scheme:light;{LIGHT}}}
"""
PAGE_STYLE = (
    TOKENS + """\
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:auto}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;\
font-variant-numeric:tabular-nums;overflow-wrap:break-word}
a{color:inherit;text-decoration-color:var(--faint);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--waiting);outline-offset:2px}
.page{max-width:1080px;margin:0 auto;padding:36px 28px 72px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.bar{display:flex;flex-wrap:wrap;gap:4px 20px;justify-content:space-between;font-size:14px;color:var(--dim)}
.bar [aria-current]{color:var(--ink);font-weight:650;text-decoration:none}
.masthead{display:grid;grid-template-columns:1fr auto;gap:12px 48px;align-items:start;margin:34px 0 26px}
.sign{margin:0 0 14px;font-size:15px;font-weight:700;letter-spacing:.34em;text-transform:uppercase;\
color:var(--alarm);text-shadow:var(--glow)}
h1{margin:0;font-size:clamp(24px,3.5vw,38px);line-height:1.17;letter-spacing:-.018em;font-weight:680;text-wrap:balance}
.summary{max-width:66ch;margin:18px 0 0;color:var(--dim)}
.score{text-align:right;min-width:150px}
.score b{display:block;font-size:76px;line-height:.95;font-weight:680;letter-spacing:-.045em}
.score span{display:block;color:var(--dim);font-size:14px;max-width:26ch;margin-left:auto}
.score b+span{margin-top:8px}
section{border-top:1px solid var(--rule);padding-top:22px;margin-top:44px}
h2{margin:0 0 16px;font-size:20px;letter-spacing:-.01em;font-weight:660}
h3{margin:30px 0 10px;font-size:15px;font-weight:650}
figure{margin:28px 0 0}h2+figure{margin-top:0}
figcaption{font-weight:620;font-size:15px;margin-bottom:8px}
figcaption small{font-weight:400;color:var(--dim);font-size:14px;margin-left:.6em}
.narrow{display:none}
figure+.scroll{margin-top:22px}
.scroll{overflow-x:auto}.scroll+.facts{margin-top:18px}
table{border-collapse:collapse;width:100%;font-size:14.5px}
caption{text-align:left;color:var(--dim);font-size:14px;padding-bottom:6px}
th,td{text-align:left;vertical-align:top;padding:7px 18px 7px 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{color:var(--dim);font-size:13px}
tbody th{font-weight:600}
.number{white-space:nowrap;text-align:right}
.milestones td{white-space:nowrap}
.milestones .mine td{font-size:25px;font-weight:650;letter-spacing:-.02em;line-height:1.3}
.milestones .mine th{padding-top:15px}
.milestones .mine small{font-size:12px;font-weight:400;color:var(--dim);letter-spacing:0}
.milestones .mine .missed{font-size:16px;color:var(--alarm-words);font-weight:600;letter-spacing:0;padding-top:14px}
.milestones tr:not(.mine) td,.milestones tr:not(.mine) th{color:var(--dim);font-weight:400}
.findings td,.findings th{min-width:92px}
.verdict{white-space:nowrap;font-weight:640}.verdict.right{color:var(--healthy)}.verdict.wrong{color:var(--alarm-words)}
.verdict.cannot-tell{color:var(--waiting)}
.diff{margin:0 0 18px;padding:16px 0;background:var(--panel);border:1px solid var(--rule);overflow-x:auto;\
font:13.5px/1.55 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;tab-size:4}
.diff span{display:block;padding:0 18px;min-width:max-content;border-left:3px solid transparent}
.diff .added{border-color:var(--alarm);background:color-mix(in srgb,var(--alarm) 11%,transparent)}
.diff .removed{border-color:var(--healthy);background:color-mix(in srgb,var(--healthy) 10%,transparent)}
.diff .place,.diff .file{color:var(--dim)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 26px;margin:0;font-size:15px}
.facts dt{color:var(--dim)}.facts dd{margin:0}
.facts.stacked{grid-template-columns:1fr;gap:0;max-width:72ch}
.facts.stacked dd{margin-bottom:14px;font-size:16px}
.facts.stacked dt{font-size:14px}
.facts.stacked dd:first-of-type{font-size:19px;line-height:1.42}
.legend{color:var(--dim);font-size:14px;margin:0 0 10px;white-space:pre-wrap}
.timeline{list-style:none;margin:14px 0 0;padding:0;font-size:15px}
.timeline li{display:grid;grid-template-columns:64px 22px 118px 1fr;gap:0 8px;padding:5px 0;scroll-margin-top:20vh}
.timeline li:target{background:color-mix(in srgb,var(--waiting) 16%,transparent)}
.timeline time{color:var(--dim);text-align:right;padding-right:8px}
.timeline .strand{text-align:center;color:var(--dim)}
.timeline .who{color:var(--dim)}
.timeline .hurt .strand{color:var(--alarm)}.timeline .healed .strand{color:var(--healthy)}
.timeline .call .strand{color:var(--waiting)}
.timeline .think .strand,.timeline .act .strand{color:var(--ink)}
.timeline .stage .what{color:var(--dim)}
.timeline .hurt .what,.timeline .healed .what,.timeline .act .what{font-weight:600}
.attention{list-style:none;margin:0;padding:0;font-size:15px}
.attention li{display:grid;grid-template-columns:118px minmax(80px,340px) 1fr;gap:14px;align-items:center;padding:4px 0}
.attention .measure{display:block;width:100%;height:10px}
.attention .measure rect{fill:none;stroke:var(--faint);stroke-width:2;vector-effect:non-scaling-stroke}
.attention .innocent .measure rect{stroke-dasharray:2 3}
.attention .guilty .measure rect{fill:var(--ink);stroke:var(--ink)}
.prose{max-width:72ch;margin-top:10px}.prose h1{margin:26px 0 8px}
.prose h3,.prose h4,.prose h5{font-size:16px;margin:26px 0 8px}
.prose code{font:.9em ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--panel);\
border:1px solid var(--rule);padding:0 .3em}
.prose pre{overflow-x:auto;background:var(--panel);border:1px solid var(--rule);padding:12px 16px}
.prose pre code{border:0;padding:0}.prose blockquote{margin:0;padding-left:18px;border-left:2px solid var(--faint)}
.follow-ups{margin:0;padding-left:1.4em;max-width:76ch}.follow-ups li{padding:4px 0}
details{border-bottom:1px solid var(--rule);padding:10px 0}summary{cursor:pointer;font-weight:600;font-size:15px}
details .scroll{margin-top:12px;max-height:24rem;overflow:auto}
footer{margin-top:44px;border-top:1px solid var(--rule);padding-top:16px;color:var(--dim);font-size:13px;\
overflow-wrap:anywhere}
@media screen and (max-width:719px){
.page{padding:18px 17px 48px}.wide{display:none}.narrow{display:block}
.rounds{font-size:13.5px}.rounds th,.rounds td{padding-right:10px}
.masthead{grid-template-columns:1fr;margin:26px 0 20px}
.score{display:flex;flex-wrap:wrap;align-items:baseline;margin:0;gap:14px;text-align:left}.score b{font-size:60px}
.score b+span,.score span{margin:0;max-width:none}
.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:10px}
.timeline li{grid-template-columns:50px 18px 1fr;gap:0 6px}.timeline .what{grid-column:3}
.timeline .who{font-size:13px}
.milestones .mine td{font-size:19px}.milestones .mine .missed{font-size:14px;padding-top:8px}
.milestones .mine th{padding-top:10px}
.attention li{grid-template-columns:92px 1fr;gap:4px 10px}.attention .what{grid-column:1/-1;padding-bottom:6px}
table{font-size:14px}th,td{padding-right:12px}.raced{display:none}
.lines thead,.findings thead{display:none}
.lines tr,.findings tr{display:grid;grid-template-columns:1fr auto;padding:8px 0;border-bottom:1px solid var(--rule)}
.lines td,.lines th,.findings td,.findings th{border:0;padding:1px 0}
.lines td:not(.number),.findings td,.findings th{grid-column:1/-1}
.lines [data-label]::before,.findings [data-label]::before{content:attr(data-label) ": ";color:var(--dim);font-weight:400}
.lines td:not(.number){color:var(--dim)}
}
@media print{
"""
    f":root,:root[data-theme]{{color-scheme:light;{LIGHT}--ground:#fff;--panel:#fff}}\n"
    """\
body{font-size:10.5pt}.page{max-width:none;padding:0}.wide{display:block}.narrow,.bar nav{display:none}
section{margin-top:22pt;break-inside:auto}figure,tr,li,dl{break-inside:avoid}h2,h3,figcaption{break-after:avoid}.raced{display:block}
.lines thead,.findings thead{display:table-header-group}
a{text-decoration:none}.score b{font-size:48pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.figures{display:none}
}
""" + CHART_STYLE
)
