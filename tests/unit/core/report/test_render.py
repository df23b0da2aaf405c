from __future__ import annotations

import pytest

from game.render import rendered


def test_tables_and_emphasis_are_rendered_and_headings_set_lower() -> None:
    html = rendered("# Top\n\n## Next\n\n**b** `c`\n\n| a |\n|---|\n| 1 |\n")
    assert "<h3>Top</h3>" in html
    assert "<h4>Next</h4>" in html
    assert "<strong>b</strong>" in html
    assert "<table>" in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>x</script>",
        '<img src="https://example.test/p.png">',
        "![p](https://example.test/p.png)",
        "[l](javascript:alert(1))",
        "[l](data:text/html,x)",
        "<a onclick=x>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(source: str) -> None:
    html = rendered(source)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "<a onclick" not in html


def test_links_give_nothing_away() -> None:
    assert 'rel="noopener noreferrer nofollow"' in rendered("[docs](https://docs.haproxy.org/)")
