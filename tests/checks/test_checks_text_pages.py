"""Every rule has its page in the guide: what it looks at, an example, what to do."""

import re

import pytest

from gic_desktop import resources
from gic_desktop.checks.run import rules

FOLDER = resources.folder() / "help" / "rules"
PAGES = sorted(FOLDER.glob("*.md"))


def test_every_rule_has_a_page_and_every_page_a_rule():
    ids = {rule for one in rules() for rule in one.ids}
    assert {page.stem for page in PAGES} == ids


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_an_example_and_what_to_do(page):
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.stem} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["检查什么", "例子", "怎么办"]
    assert all(
        part.strip() for part in re.split(r"^#.*$", text, flags=re.MULTILINE)[1:] if part != "\n\n"
    )
    for word in ("异常", "非法", "解析", "去年", "今年", "您必须", "！"):
        assert word not in text
