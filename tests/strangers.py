"""What strangers write where a name, a note or a header is asked for: two hundred hostile texts, and some that only look so.

`MARK` is what a script of theirs would call if it ran: a page on which `window.pwned` is set has executed something.
"""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from __future__ import annotations

MARK = "pwned"
RUN = f"window.{MARK}=1"

MARKUP = (
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<SCRIPT>{RUN}</SCRIPT>",
    f"<script\n>{RUN}</script>", f"<script/x>{RUN}</script>", f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'"><script>{RUN}</script>', f"'><script>{RUN}</script>", f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>", f"</title><script>{RUN}</script>", f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>", f"</select><script>{RUN}</script>", f"</noscript><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>", f'<img src=x onerror="{RUN}">', f"<IMG SRC=x ONERROR='{RUN}'>",
    f"<img/src=x/onerror={RUN}>", f"<img src=x onerror={RUN}//", f"<svg onload={RUN}>", f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f'<svg><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>',
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>", f"<svg><set onbegin={RUN} attributename=x>",
    f"<body onload={RUN}>", f'<iframe srcdoc="<script>parent.{MARK}=1</script>">', f"<iframe src=javascript:{RUN}>",
    f'<object data="javascript:{RUN}">', f"<embed src=javascript:{RUN}>", f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>", f"<video><source onerror={RUN}></video>", f"<audio src=x onerror={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>", f'<math href="javascript:{RUN}">x</math>', f'<a href="javascript:{RUN}">x</a>',
    f'<a href="java\tscript:{RUN}">x</a>', f'<a href="&#106;avascript:{RUN}">x</a>', f"<form action=javascript:{RUN}><button>x",
    f"<button formaction=javascript:{RUN}>x</button>", f"<template><script>{RUN}</script></template>",
    f'<base href="javascript:{RUN}//">', f'<meta http-equiv=refresh content="0;url=javascript:{RUN}">',
    "<link rel=stylesheet href=//127.0.0.1:1/x.css>", "<style>*{display:none}</style>", "<style>@import '//127.0.0.1:1/x'</style>",
    "<plaintext>", "<xmp>", "<!--", "<!DOCTYPE html>", "<![CDATA[", "<?xml version='1.0'?>", "<?php echo 1 ?>", "</div></main></body></html>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;", f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e", f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e", f"\u2039script\u203a{RUN}",
    "<div hx-get=/leave hx-trigger=load>", f'<div hx-on::load="{RUN}">', f'<div data-hx-on:click="{RUN}">', "<div hx-swap-oob=true id=floor>x</div>",
    "<div sse-swap=head>", "<div hx-ext=sse sse-connect=/facilitator/stream>", f"<x style=animation:x onanimationstart={RUN}>",
)  # fmt: skip
ATTRIBUTES = (
    f'" onmouseover="{RUN}', f"' onmouseover='{RUN}", f'" autofocus onfocus="{RUN}', f'x" onload="{RUN}" y="',
    f"` onmouseover=`{RUN}", f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", f"\x01javascript:{RUN}", f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}", f'"/><svg/onload={RUN}>', f"';{RUN};//", f'";{RUN};//', f"${{{RUN}}}", f"`+({RUN})+`",
    f'\\";{RUN};//', f"</script>{RUN}", f"{RUN}//", "//127.0.0.1:1/", "\\\\127.0.0.1\\share",
)  # fmt: skip
TEMPLATES = (
    "{{7*7}}", "{{config}}", "{{ config.items() }}", "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "{{''.__class__.__mro__[1].__subclasses__()}}", "{{request.application.__globals__}}", "{{cycler.__init__.__globals__.os}}",
    "{# comment #}", "{%raw%}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "@(7*7)", "%(x)s %(password)s", "%s%s%s%n", "{0}{1}{x.__class__}",
    "$HOME $(id) `id`", "[[7*7]]", "*{7*7}", "~{7*7}",
)  # fmt: skip
QUERIES = (
    "' OR '1'='1", "'; DROP TABLE event; --", '"; DROP TABLE event; --', "1; DELETE FROM stream", "' UNION SELECT 1,2,3 --", "admin'--",
    "') OR ('a'='a", "\\' OR 1=1 --", "1' AND sleep(5) --", "'; SELECT pg_sleep(5); --", "'||(SELECT version())||'", "$$; DROP TABLE x; $$",
    "%' OR '%'='", "_%", ":name", "?", "\\x00", "E'\\\\x41'", "*)(uid=*))(|(uid=*", '{"$gt": ""}',
)  # fmt: skip
SHELLS = (
    "; id", "| id", "&& id", "$(touch /tmp/pwned)", "`touch /tmp/pwned`", "\nid\n", "-rf /", "--help", "--upload-pack=id", "-oProxyCommand=id",
    "../../../../etc/passwd", "..\\..\\..\\windows\\win.ini", "/etc/passwd", "....//....//etc/passwd", "%2e%2e%2fetc%2fpasswd", "~root/.ssh/id_rsa",
    "file:///etc/passwd", "haproxy.cfg\x00.txt", "CON", "NUL", ".git/config", ".git/hooks/pre-commit", "a/../../b", "C:\\", "\\\\.\\pipe\\x",
)  # fmt: skip
HEADERS = (
    "x\r\nSet-Cookie: danceoff=1", "x\nLocation: //127.0.0.1:1", "x\r\n\r\n<html>", "x\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK", "x%0d%0aSet-Cookie:a=b",
    "x\u560d\u560aSet-Cookie:a=b", "id: 1\nevent: head\ndata: <script>", "data: x\n\n", ":comment\n\n", "retry: 1\n\n", "event: head", "x; Path=/; Domain=127.0.0.1",
    "Bearer x", "Basic eDp4", "gzip;q=99999999999", "bytes=0-,0-,0-,0-", "*/*;q=nan", 'W/"x"', "max-age=99999999999999", "127.0.0.1, 127.0.0.1",
)  # fmt: skip
SPREADSHEETS = (
    "=1+1", "=cmd|'/c calc'!A1", "@SUM(1+1)", "+1+1", "-1+1", "\t=1+1", "\r=1+1", " =1+1", '=HYPERLINK("http://127.0.0.1:1","x")', '=IMPORTXML("x","y")',
    "%0A=1+1", "\uff1d1+1", "|calc", '"=1+1"', "a,b", "a;b", "a\tb", '""', "'=1+1", 'DDE("cmd")',
)  # fmt: skip
CHARACTERS = (
    "\x00", "a\x00b", "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://127.0.0.1:1\x07x\x1b]8;;\x07", "\x9b2J", "\x08\x08\x08", "\x7f", "\x0b\x0c", "\x85",
    "\u202eevil", "\u202dx\u202c", "\u2066x\u2069", "\u200b\u200c\u200d\u2060\ufeff", "\u00ad", "\u034f", "\u061c", "\u115f\u1160\u3164", "\ufff9x\ufffa", "\U000e0041",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f" * 20, "e" + "\u0301" * 60, "\u0e49" * 40, "\ufdfd" * 20, "\u1f469\u200d" * 20, "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ud800", "\udfff\ud800", "\ue000\uf8ff", "\uffff\ufffe", "\u2028\u2029", "\u3000\u2003\u00a0", "\ufb03\u2460\u2075", "ＡＤＭＩＮ", "аdmin", "ⓐⓓⓜⓘⓝ", "İıſK", "ß" * 40, "\u1e9e", "\u0130" * 30,
)  # fmt: skip
WORDS = (
    "", " ", "null", "None", "undefined", "NaN", "true", "0", "-1", "1e999", "9" * 400, "Infinity", "__proto__", "constructor", "toString", "hasOwnProperty", "[object Object]", "admin", "root",
    "facilitator", "danceoff", "t1", "trainee", "nobody in particular", "AnswerRevealed", "x" * 5_000, "\n" * 500, " " * 5_000, "<" * 2_000, "&" * 2_000, '"' * 2_000, "a" * 33, "名" * 33,
    "O'Brien", "Ada & Grace", "5 < 6 > 4", 'C++ "Crew"', "Zürich/Süd", "100 % sure", "#1", "a@b", "Пульс", "Ομάδα", "فريق", "קבוצה", "ทีม", "팀", "チーム",
)  # fmt: skip
PAYLOADS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (*MARKUP, *ATTRIBUTES, *TEMPLATES, *QUERIES, *SHELLS, *HEADERS, *SPREADSHEETS, *CHARACTERS, *WORDS)
    )
)
