"""How charts look: classes and custom properties with fallbacks, so that a page may set its own colours.

Every meaning has a second sign beside its colour: a dash pattern, a hatching, a shape or a word.
"""

from __future__ import annotations

CHART_STYLE = """\
.chart{display:block;width:100%;height:auto;overflow:visible;font-family:system-ui,-apple-system,"Segoe UI",sans-serif;\
font-variant-numeric:tabular-nums}
.chart text{fill:var(--ink,#f4ece0);font-size:12.5px}
.chart text.start{text-anchor:start}.chart text.middle{text-anchor:middle}.chart text.end{text-anchor:end}
.chart text.figure,.chart text.note{fill:var(--dim,#a8a096);font-size:11.5px}
.chart text.label{font-size:11.5px}.chart text.row{font-size:13px}.chart text.strong{font-weight:650}
.chart text.halo{paint-order:stroke;stroke:var(--panel,#141119);stroke-width:4px;stroke-linejoin:round}
.chart text.alarm-words,.chart text.deducted{fill:var(--alarm-words,#ff5c9f)}
.chart text.full{fill:var(--healthy,#2ed5da)}.chart text.part{fill:var(--waiting,#ffb84d)}
.chart text.none{fill:var(--dim,#a8a096)}
.chart line,.chart polyline{fill:none;stroke-width:1}
.chart .grid{stroke:var(--rule,#2c2733)}.chart .dotted{stroke-dasharray:1 4}
.chart .base{stroke:var(--faint,#5d5666)}
.chart .rail{stroke:var(--faint,#5d5666);stroke-width:1.5}
.chart .whisker{stroke:var(--healthy,#2ed5da);stroke-width:3;opacity:.6}
.chart .objective{stroke:var(--ink,#f4ece0);stroke-dasharray:7 4;opacity:.75}
.chart .series{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.chart .thin{stroke-width:1.4;stroke-linejoin:round}
.chart polyline.healthy{stroke:var(--healthy,#2ed5da)}.chart polyline.waiting{stroke:var(--waiting,#ffb84d)}
.chart polyline.alarm{stroke:var(--alarm,#ff2e88)}.chart polyline.series.alarm{stroke-dasharray:1 3.5;stroke-width:2.6}
.chart .burnt{fill:var(--alarm,#ff2e88);opacity:.2}
.chart .unhealthy{fill:var(--alarm,#ff2e88);opacity:.05}
.chart .hatching{stroke:var(--alarm,#ff2e88);opacity:.2;stroke-width:1}
.chart .hatching.strong{opacity:1;stroke-width:2.4}
.chart .limbo{fill:var(--waiting,#ffb84d);opacity:.16}
.chart .limbo-hatching{stroke:var(--waiting,#ffb84d);opacity:.28;stroke-width:1}
.chart .stem{stroke:var(--faint,#5d5666);stroke-dasharray:2 3}
.chart .sign{stroke:var(--panel,#141119);stroke-width:1.2}
.chart .sign.alarm{fill:var(--alarm,#ff2e88)}.chart .sign.healthy{fill:var(--healthy,#2ed5da)}
.chart .sign.ink{fill:var(--ink,#f4ece0)}
.chart .sign.hollow{fill:var(--panel,#141119);stroke:var(--ink,#f4ece0);stroke-width:1.8}
.chart .sign.par{fill:none;stroke:var(--waiting,#ffb84d);stroke-width:2.2}
.chart .sign.best{fill:none;stroke:var(--alarm-words,#ff5c9f);stroke-width:2.2}
.chart .track{fill:none;stroke:var(--faint,#5d5666);stroke-width:1}
.chart .earned.full{fill:var(--healthy,#2ed5da)}.chart .earned.part{fill:var(--waiting,#ffb84d)}
.chart .deduction{stroke:var(--alarm,#ff2e88);stroke-width:1}
"""
