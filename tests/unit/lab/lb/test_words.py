from __future__ import annotations

from game.lab.lb.words import cleaned

OUTPUT = """[NOTICE]   (13138) : haproxy version is 2.8.25-5cf5d0683
[NOTICE]   (13138) : path to executable is /home/someone/.venv/bin/haproxy
[ALERT]    (13138) : config : parsing [haproxy.cfg:16] : 'timeout' supports 'client', 'server' (got 'quue')
[ALERT]    (13138) : config : parsing [/var/x/haproxy.cfg:7]: error detected while parsing ACL 'a': 'root:x:0:0' is not an address
[WARNING]  (1) : config : parsing [haproxy.cfg:9] : 'http-request' : failed to open file </etc/shadow> (Permission denied).
[ALERT]    (13138) : config : 'bind 127.0.0.1:1' : unable to load SSL certificate from file 'certs/edge.pem': no start line.
[ALERT]    (13138) : config : Error(s) found in configuration file : haproxy.cfg
[ALERT]    (13138) : config : Fatal errors found in configuration.
"""
WRITTEN = "timeout quue 1s\nacl a src -f x\nbind 127.0.0.1:1 ssl"


def test_messages_keep_lines_and_own_words_and_lose_paths_and_contents() -> None:
    assert cleaned(OUTPUT, WRITTEN) == (
        "line 16: 'timeout' supports 'client', 'server' (got 'quue')",
        "line 7: error detected while parsing ACL 'a': '…' is not an address",
        "line 9: 'http-request' : failed to open file <…> (Permission denied).",
        "'bind 127.0.0.1:1' : unable to load SSL certificate from file '…': no start line.",
    )


def test_lines_are_those_of_the_submitted_text() -> None:
    assert cleaned(OUTPUT, WRITTEN, lambda line: line + 100)[0].startswith("line 116:")


def test_a_flood_is_cut() -> None:
    flood = "".join(f"[ALERT] (1) : config : parsing [haproxy.cfg:{n}] : {'x' * 999}\n" for n in range(50))
    found = cleaned(flood, "")
    assert len(found) == 13
    assert found[-1] == "and 38 more"
    assert max(map(len, found)) <= 300


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert cleaned("[ALERT] (1) : config : \x1b[31mred\x07\n", "") == ("[31mred",)
