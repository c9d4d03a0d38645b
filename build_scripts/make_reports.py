"""Makes a folder of realistic project files, some broken in known ways, and says which.

    python build_scripts/make_reports.py FOLDER --count 4000 [--seed 1]

Equal seeds make equal files. Figures and sums are made here with plain whole numbers, by another road
than the program's, so that `manifest.json` (beside the folder's reports) is an independent judge:
the sum, the cells left blank, and of every broken file its kind, the state it must end in and the
rules that must find an error.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SAMPLES = ROOT / "resources" / "samples"
MANIFEST = "manifest.json"
YEAR = 2025
FIRST_DAY = 1_768_003_200
"""10 January of the year after; a second later for each file."""
ONE_BROKEN_IN = 40

COLUMNS = ("person", "business", "research", "welfare", "legal", "other")

Raw = dict[str, Any]
# kind → the state its file must end in, and the rules that must find an error in it.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "carried out off by one": ("counted", ("V01",)),
    "carried in differs from last year": ("counted", ("V05",)),
    "a street's regulation": ("counted", ("V23",)),
    "no organ": ("counted", ("V18",)),
    "blank cells": ("counted", ()),
    "copy, older, other figures": ("duplicate", ()),
    "cut off": ("unreadable", ()),
    "empty": ("unreadable", ()),
    "not JSON": ("unreadable", ()),
    "doubled key": ("unreadable", ()),
    "exponent": ("unreadable", ()),
    "negative count": ("unreadable", ()),
    "fraction of a count": ("unreadable", ()),
    "GBK": ("unreadable", ()),
    "newer version": ("unreadable", ()),
    "other year": ("other", ()),
    "other form": ("other", ()),
}

CITIES = "云岚青屿松江碧海金沙银川玉溪白鹭丹霞紫荆翠湖长风安宁永和泰来福清瑞昌嘉禾宝山兴隆"
DISTRICTS = "望江临湖城东城西城南城北高新河口滨河新城开元凤台龙泉鹿鸣鹤山雁荡"
STREETS = "梧桐柳岸解放人民建设和平胜利光明向阳朝阳东风红旗友谊团结民主自由幸福康乐安定宁静"
MORE = (
    "围绕群众关心的老旧小区改造、养老服务、就业帮扶等事项，及时发布政策文件和办理结果，让居民看得懂、能监督。",
    "坚持先审查后公开，落实信息发布三审三校；对历史信息开展集中清理，调整公开属性，方便公众查询。",
    "依托便民服务中心设立查阅点，配备自助终端和专人引导，为老年人、残疾人提供代办服务，受到居民好评。",
    "把政务公开纳入年度绩效考核，分管负责同志每季度调度，针对薄弱环节列出清单、限时整改，质量稳步提高。",
)


def organ_name(number: int) -> str:
    """A different name for each number below 640,000."""

    def pick(words: str, at: int) -> str:
        return words[2 * at : 2 * at + 2]

    city, rest = number % (len(CITIES) // 2), number // (len(CITIES) // 2)
    district, rest = rest % (len(DISTRICTS) // 2), rest // (len(DISTRICTS) // 2)
    street, rest = rest % (len(STREETS) // 2), rest // (len(STREETS) // 2)
    further = "第" + "〇一二三四五六七八九"[rest % 10] if rest else ""
    further += "〇一二三四五六七八九"[rest // 10 % 10] if rest >= 10 else ""
    return f"青山省{pick(CITIES, city)}市{pick(DISTRICTS, district)}区{pick(STREETS, street)}{further}街道办事处"


def figures(chance: random.Random, inputs: list[str]) -> tuple[dict[str, int | str], Raw]:
    """This year's and last year's input cells, which tie out. Money is a text: its digits matter."""
    now: dict[str, Any] = dict.fromkeys(inputs, 0)
    then: dict[str, Any] = dict.fromkeys(inputs, 0)
    rows = list(
        dict.fromkeys(c[9:].rpartition(".")[0] for c in inputs if c.startswith("requests."))
    )
    leaves = [row for row in rows if row not in {"received", "carried_in", "carried_out"}]
    for column in COLUMNS:
        busy = column == "person" or chance.random() < 0.3
        received = int(chance.expovariate(1 / 12)) if busy else 0
        carried_in = chance.randint(0, min(3, received))
        out = chance.randint(0, min(2, received))
        now[f"requests.received.{column}"] = received
        now[f"requests.carried_in.{column}"] = then[f"requests.carried_out.{column}"] = carried_in
        now[f"requests.carried_out.{column}"] = out
        for _ in range(received + carried_in - out):
            # The first two are what most applications end in.
            row = chance.choice(leaves[:2] if chance.random() < 0.6 else leaves)
            now[f"requests.{row}.{column}"] += 1
            then[f"requests.{row}.{column}"] += 1
        then[f"requests.received.{column}"] = received
    for cell in inputs:
        if cell.startswith("disputes.") and chance.random() < 0.1:
            now[cell] = then[cell] = chance.randint(1, 3)
        elif cell.endswith(".decisions"):
            now[cell] = then[cell] = int(chance.expovariate(1 / 60))
    made, gone, before = chance.randint(0, 4), chance.randint(0, 2), chance.randint(4, 30)
    now["disclosure.normative.issued"], now["disclosure.normative.repealed"] = made, gone
    then["disclosure.normative.valid"] = before
    now["disclosure.normative.valid"] = before + made - gone
    if chance.random() < 0.2:
        decimals = chance.choice((1, 2, 4, 6))
        now["disclosure.fees.amount"] = (
            f"{chance.randint(0, 900)}.{chance.randint(1, 9):0{decimals}d}"
        )
        then["disclosure.fees.amount"] = now["disclosure.fees.amount"]
    return now, then


class Maker:
    def __init__(self, folder: str, seed: int) -> None:
        from gic_desktop.forms.catalogue import form_named

        cells = form_named("2021").cells
        self.inputs = [cell for cell in cells if not cells[cell].computed]
        self.folder, self.seed = folder, seed
        self.sample = (SAMPLES / "2021.gicr").read_text(encoding="utf-8")
        self.old = json.loads((SAMPLES / "2019.gicr").read_bytes())
        self.organ = json.loads(self.sample)["organ"]

    def report(self, number: int, chance: random.Random) -> Raw:
        organ = organ_name(number)
        street = organ.partition("区")[2].removesuffix("办事处")
        text = self.sample.replace(self.organ, organ)
        text = text.replace(self.organ.partition("区")[2].removesuffix("办事处"), street)
        raw: Raw = json.loads(text)
        now, then = figures(chance, self.inputs)
        raw["cells"], raw["earlier"][0]["cells"] = now, then
        body = raw["sections"][0]["body"]
        body.extend({"text": more} for more in chance.sample(MORE, chance.randint(0, len(MORE))))
        return raw

    def make(self, number: int) -> Raw:
        """Writes the files of one number; says what they were, for the manifest."""
        chance = random.Random(f"{self.seed}:{number}")  # noqa: S311 - reproducible, no secret
        raw = self.report(number, chance)
        kind = ""
        if number % ONE_BROKEN_IN == 7:
            kind = list(KINDS)[number // ONE_BROKEN_IN % len(KINDS)]
        name = f"{number % 97:02d}/{number // 97 % 13:02d}/{raw['organ']}.gicr"
        told: Raw = {"file": name, "kind": kind}
        if kind == "copy, older, other figures":
            copy = name.replace(".gicr", "（初稿）.gicr")
            changed = json.loads(json.dumps(raw))
            changed["cells"]["disclosure.licences.decisions"] += 5
            self.write(copy, encoded(changed), number - 100)
            told["file"] = copy
        data = self.broken(raw, kind) if kind else encoded(raw)
        self.write(name, data, number)
        state = KINDS[kind][0] if kind else "counted"
        told["cells"] = raw["cells"] if state in {"counted", "duplicate"} else None
        return told

    def broken(self, raw: Raw, kind: str) -> bytes:
        cells = raw["cells"]
        match kind:
            case "carried out off by one":
                cells["requests.carried_out.person"] += 1
            case "carried in differs from last year":
                cells["requests.carried_in.person"] += 1
                cells["requests.carried_out.person"] += 1
            case "a street's regulation":
                cells["disclosure.regulations.valid"] = 2
                raw["earlier"][0]["cells"]["disclosure.regulations.valid"] = 2
            case "no organ":
                raw["organ"] = ""
            case "blank cells":
                for cell in ("disclosure.penalties.decisions", "disputes.review.upheld"):
                    del cells[cell]
            case "cut off":
                return encoded(raw)[: len(encoded(raw)) * 2 // 3]
            case "empty":
                return b""
            case "not JSON":
                return bytes(range(256)) * 8
            case "doubled key":
                return encoded(raw).replace(b'"year"', b'"year": 2024, "year"', 1)
            case "exponent":
                return encoded(raw | {"cells": {**cells, "requests.granted.person": "1e3"}})
            case "negative count":
                cells["requests.granted.person"] = -1
            case "fraction of a count":
                cells["requests.granted.person"] = "1.5"
            case "GBK":
                return encoded(raw).decode("utf-8").encode("gb18030")
            case "newer version":
                raw["version"] = 99
            case "other year":
                raw["year"] = YEAR - 1
                raw["earlier"] = []
            case "other form":
                return encoded({**self.old, "organ": raw["organ"]})
        return encoded(raw)

    def write(self, name: str, data: bytes, seconds: int) -> None:
        path = Path(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (FIRST_DAY + seconds, FIRST_DAY + seconds))


def encoded(raw: Raw) -> bytes:
    """As the program writes it: amounts with exactly their digits."""
    text = json.dumps(raw, ensure_ascii=False, indent=2)
    for value in raw["cells"].values():
        if isinstance(value, str):
            text = text.replace(f'"{value}"', value)
    return (text + "\n").encode("utf-8")


def _some(given: tuple[str, int, int, int]) -> tuple[Counter[str], list[Raw]]:
    folder, seed, first, end = given
    maker = Maker(folder, seed)
    told = [maker.make(number) for number in range(first, end)]
    totals: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for one in told:
        cells = one.pop("cells")
        if cells is None:
            continue
        answered["reports"] += 1
        for cell, value in cells.items():
            # Millionths, as whole numbers: no fraction is ever rounded.
            whole, _, part = str(value).partition(".")
            totals[cell] += int(whole) * 10**6 + int(part.ljust(6, "0"))
            answered[cell] += 1
    totals.update({f"#{key}": n for key, n in answered.items()})
    return totals, [one for one in told if one["kind"]]


def make(folder: Path, count: int, seed: int = 1) -> Raw:
    """Makes the files and returns the manifest, which is written beside them."""
    step = max(1, min(500, count // 4))
    pieces = [(str(folder), seed, n, min(n + step, count)) for n in range(0, count, step)]
    totals: Counter[str] = Counter()
    broken: list[Raw] = []
    if count <= 1000:
        made = map(_some, pieces)
        for some, told in made:
            totals.update(some)
            broken += told
    else:
        with multiprocessing.get_context("spawn").Pool() as pool:
            for some, told in pool.imap(_some, pieces):
                totals.update(some)
                broken += told
    reports = totals.pop("#reports")
    answered = {k[1:]: totals.pop(k) for k in [k for k in totals if k.startswith("#")]}
    manifest = {
        "seed": seed,
        "count": count,
        "year": YEAR,
        "counted": reports,
        "millionths": dict(totals),
        "unanswered": {cell: reports - n for cell, n in answered.items() if n < reports},
        "broken": [
            {**one, "state": KINDS[one["kind"]][0], "errors": list(KINDS[one["kind"]][1])}
            for one in sorted(broken, key=lambda one: str(one["file"]))
        ],
    }
    Path(folder, MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    manifest = make(given.folder, given.count, given.seed)
    print(f"{given.count} reports, {len(manifest['broken'])} broken, in {given.folder}")


if __name__ == "__main__":
    main()
