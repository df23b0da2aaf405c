from __future__ import annotations

from game.rehearsal.editing import Edit, edited

FILES = {
    "haproxy.cfg": """defaults
    timeout server 10s

frontend fe_auth
    # bind comments are no binds
    bind 127.0.0.1:20443   ssl
    default_backend be_auth

frontend fe_metrics
    bind 127.0.0.1:20444
    no log
""",
    "errors/503.http": "HTTP/1.1 503\n",
}


def test_lines_go_behind_the_line_that_is_named() -> None:
    text = edited(FILES, Edit(after=r"bind .*", lines=("one", "two")))["haproxy.cfg"]
    assert "    bind 127.0.0.1:20443   ssl\n    one\n    two\n    default_backend be_auth\n" in text


def test_lines_go_behind_the_heading_when_there_is_no_such_line() -> None:
    text = edited(FILES, Edit(after=r"http-request set-src .*", lines=("one",)))["haproxy.cfg"]
    assert "frontend fe_auth\n    one\n    # bind" in text


def test_lines_and_sections_are_taken_out_and_changed() -> None:
    edit = Edit(
        drop=(r"default_backend .*",),
        drop_sections=("frontend fe_metrics",),
        change=((r"\btimeout (server) \S+", r"timeout \1 24h"), (r"bind", "bound")),
        append=("cache answers",),
    )
    text = edited(FILES, edit)["haproxy.cfg"]
    assert "default_backend" not in text
    assert "20444" not in text
    assert "    timeout server 24h\n" in text
    assert "# bind comments" in text
    assert text.endswith("cache answers\n")


def test_files_beside_are_written_and_others_stay() -> None:
    files = edited(FILES, Edit(files=(("errors/503.http", "new"),)))
    assert files["errors/503.http"] == "new"
    assert files["haproxy.cfg"] == FILES["haproxy.cfg"]
