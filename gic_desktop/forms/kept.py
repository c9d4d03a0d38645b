"""Form files as the reader understood them, kept by the set-up: decoding one takes a tenth of reading.

    python -m gic_desktop.forms.kept --into FOLDER     keeps every form file that ships

A kept form holds the text it was made from and is used only while the file says just that, and the
reader is the one that made it. Where none fits, the form file is read: never a difference but in time.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import TypeVar

from gic_desktop import resources
from gic_desktop.forms.description import Form, Head
from gic_desktop.values import DecodeError, Raw, Struct, ValidationError, json

_FOLDER = "form_cache"
Made = TypeVar("Made", Head, Form)


class _Kept(Struct, frozen=True):
    reader: tuple[tuple[int, int], ...]
    text: str
    made: Raw


def head(path: Path) -> Head:
    """Id and years: which form a year wants is asked at every start, so they lie apart from the rest."""
    if found := _head(path):
        return found
    from gic_desktop.forms.reader import read_head

    return read_head(path)


def form(path: Path) -> Form:
    if found := _kept(path, "form", Form):
        return found
    from gic_desktop.forms.reader import read_form

    return read_form(path)


def keep(path: Path, folder: Path) -> None:
    from gic_desktop.forms.reader import read_form, read_head

    text = path.read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for part, made in (("head", read_head(path)), ("form", read_form(path))):
        file = folder / f"{path.stem}.{part}.json"
        # Another process may be decoding the one that is there.
        unfinished = file.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(json.encode(_Kept(_reader(), text, Raw(json.encode(made)))))
        unfinished.replace(file)


@cache
def _head(path: Path) -> Head | None:
    return _kept(path, "head", Head)


def _kept(path: Path, part: str, kind: type[Made]) -> Made | None:
    file = resources.folder() / _FOLDER / f"{path.stem}.{part}.json"
    reader = _reader()
    try:
        kept = json.decode(file.read_bytes(), type=_Kept)
        fits = reader in {(), kept.reader} and path.read_text(encoding="utf-8") == kept.text
        return json.decode(kept.made, type=kind) if fits else None
    except (OSError, DecodeError, ValidationError):
        return None


def _reader() -> tuple[tuple[int, int], ...]:
    """Size and time of the modules that decide what a kept form is; a built program has no such files."""
    here = Path(__file__).parent
    try:
        found = [(here / name).stat() for name in ("description.py", "reader.py")]
    except OSError:
        return ()
    return tuple((one.st_size, one.st_mtime_ns) for one in found)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[arguments.index("--into") + 1])
    for path in sorted(resources.path("forms").glob("*.toml")):
        keep(path, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
