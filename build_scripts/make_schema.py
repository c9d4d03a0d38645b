"""Writes the project file's JSON Schema anew from the forms (`resources/schema/`)."""

from pathlib import Path

from gic_desktop.store.json_text import dumps
from gic_desktop.store.schema import NAME, schema


def main() -> int:
    target = Path(__file__).parent.parent / "resources" / "schema" / NAME
    target.parent.mkdir(exist_ok=True)
    target.write_text(dumps(schema()), encoding="utf-8", newline="\n")
    print(f"wrote {target.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
