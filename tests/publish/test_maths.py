"""Text cells as HTML: headings that links find, formulas as MathML, and no HTML but a little."""

from __future__ import annotations

import pytest

from anonvma_widgets.publish.maths import mathml, text_html


def test_formulas() -> None:
    html = text_html("So $2^{32} < n$ holds.\n\n$$\\sum_i i$$")
    assert "<msup><mn>2</mn><mrow><mn>32</mn></mrow></msup><mo>&lt;</mo>" in html
    assert '<math display="block">' in html
    assert "http" not in html


def test_a_formula_that_cannot_be_read_stays() -> None:
    assert mathml("a_b_<c") == "<code>a_b_&lt;c</code>"


def test_dollars_in_code_are_no_formulas() -> None:
    assert text_html("`a$b$c`").strip() == "<p><code>a$b$c</code></p>"


def test_a_heading_has_the_id_that_links_name() -> None:
    assert text_html("## What `mremap` does").startswith('<h2 id="What-mremap-does">')


def test_links_are_led_on_or_taken_away() -> None:
    assert 'href="x.html"' in text_html("[a](x.ipynb)", lambda _: "x.html")
    assert text_html("[a *b*](x.ipynb)", lambda _: None).strip() == "<p>a <em>b</em></p>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<details onclick=alert(1)>x</details>",
        "$\\text{<script>}$",
        "![<script>](x)",
        "<svg/onload=alert(1)>",
    ],
)
def test_html_is_shown_and_not_carried_out(source: str) -> None:
    html = text_html(source)
    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert "<details onclick" not in html


def test_what_folds_stays() -> None:
    html = text_html("<details><summary>Hint</summary>\n\ntext\n</details>")
    assert "<details><summary>Hint</summary>" in html
    assert "</details>" in html
