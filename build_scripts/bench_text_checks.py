"""CPU time of the checks of words: a narrative of twenty pages, and hostile text of growing length.

    .venv/bin/python build_scripts/bench_text_checks.py [--rounds N] [--json FILE] [--only SHAPE]

"Twenty pages" are 12,320 characters (22 lines of 28) of the sample's own prose with last year's beside
it: first with nothing remembered, then after one paragraph changed, as after a pause of typing.
Hostile shapes are one paragraph (or one character a line) of 0.25, 0.5 and 1 million characters; the
ratio of each to the one before is 2 where time is linear. A benchmark, never a test.
"""

import argparse
import gc
import itertools
import json
import statistics
import sys
import time
from pathlib import Path

from gic_desktop.values import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gic_desktop import verbs  # noqa: E402 - after the path to the source tree
from gic_desktop.checks import breakdowns, prose_numbers, wording  # noqa: E402
from gic_desktop.checks.run import check, rules  # noqa: E402
from gic_desktop.report.edits import SetSection  # noqa: E402
from gic_desktop.report.narrative import Item, Paragraph  # noqa: E402
from gic_desktop.report.report import Report, Section  # noqa: E402

SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
TWENTY_PAGES = 20 * 22 * 28
SIZES = (250_000, 500_000, 1_000_000)
REMEMBERED = (
    prose_numbers.amounts,
    prose_numbers.sentences,
    breakdowns.breakdowns,
    wording.sentence_ranges,
)
SHAPES = {
    "one character": "公",
    "only digits": "1",
    "full-width digits": "１",
    "Chinese numerals": "一",
    "open brackets": "（",
    "closed brackets": "）",
    "pairs of brackets": "()",
    "open title marks": "《",
    "open braces": "{",
    "commas": "，",
    "blanks after digits": "1 ",
    "percentages": "1%",
    "years": "2024年",
    "periods": "统计期限自2024年1月1日至2024年12月31日。",
    "received": "收到政府信息公开申请3件，",
    "answered": "收到政府信息公开申请3件，均已答复，",
    "breakdowns": "63条，其中：",
    "enumerations": "①公告3条；",
    "nested breakdowns": "9条，其中①甲3条；",
    "growth": "增加3件，",
    "fee": "信息处理费3元，",
    "slips": "公开,公开的的进行进行，，",
    "street names": "望江区某某街道办事处",
    "identity numbers": "身份证110101190001010008，",
    "mobile numbers": "13800138000，",
    "one character a line": "公\n",
    "one sentence a line": "主动公开信息63条，其中动态类73条。\n",
}


def narrative(texts: list[str], report: Report, section: str) -> Report:
    items: tuple[Item, ...] = tuple(Paragraph(text) for text in texts)
    return SetSection(Section(section, items)).apply(report)


def forget() -> None:
    for remembered in REMEMBERED:
        remembered.cache_clear()


def timed(report: Report, last: Report | None) -> float:
    gc.collect()
    began = time.process_time()
    check(report, last, pace="after a pause")
    return time.process_time() - began


def twenty_pages(sample: Report, rounds: int) -> dict[str, float]:
    prose = [i.text for s in sample.sections for i in s.body if isinstance(i, Paragraph)]
    texts: list[str] = []
    while sum(map(len, texts)) < TWENTY_PAGES:
        texts.append(prose[len(texts) % len(prose)])
    texts[-1] = texts[-1][: TWENTY_PAGES - sum(map(len, texts[:-1]))]
    section = sample.sections[0].id
    report = narrative(texts, sample, section)
    last = replace(report, year=report.year - 1, earlier=())
    fresh, paused, first = [], [], []
    for number in range(rounds):
        forget()
        fresh.append(timed(report, last))
        changed = [*texts[:7], f"{texts[7]}又{number}条。", *texts[8:]]
        paused.append(timed(narrative(changed, report, section), last))
        forget()
        first.append(timed(report, replace(last, sections=())))
    return {
        "nothing remembered": statistics.median(fresh) * 1000,
        "after a pause": statistics.median(paused) * 1000,
        "no report of last year": statistics.median(first) * 1000,
    }


def hostile(sample: Report, unit: str) -> list[float]:
    taken = []
    for size in SIZES:
        text = unit * (size // len(unit))
        texts = text.splitlines() if "\n" in unit else [text]
        report = narrative(texts, sample, sample.sections[0].id)
        report = narrative(texts[: len(texts) // 4], report, sample.sections[-1].id)
        forget()
        taken.append(timed(report, replace(report, year=report.year - 1, earlier=())))
    forget()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", help="one hostile shape, or `pages`")
    given = parser.parse_args()
    rules()
    sample = verbs.open_any(SAMPLE)
    out: dict[str, object] = {}
    if given.only in (None, "pages"):
        pages = twenty_pages(sample, given.rounds)
        out["twenty pages, ms"] = pages
        for name, milliseconds in pages.items():
            print(f"twenty pages, {name:24} {milliseconds:7.1f} ms")
    for name, unit in SHAPES.items():
        if given.only not in (None, name):
            continue
        taken = hostile(sample, unit)
        ratios = [later / earlier for earlier, later in itertools.pairwise(taken)]
        out[name] = {"seconds": taken, "ratios": ratios}
        shown = "  ".join(f"{seconds:6.2f} s" for seconds in taken)
        print(f"{name:24} {shown}   × {'  × '.join(f'{r:.2f}' for r in ratios)}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(out, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
