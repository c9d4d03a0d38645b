"""Builds what people install: the Windows installer, the .deb and the portable folders.

    python3 build_scripts/dev.py package all           everything that this system can build
    python3 build_scripts/dev.py package windows       installer and portable .zip; on Debian in Wine
    python3 build_scripts/dev.py package deb           the .deb, and the portable .tar.xz
    python3 build_scripts/dev.py package portable      the portable folders alone
    python3 build_scripts/dev.py package licences      resources/licences/THIRD-PARTY.txt anew

With --prove each of them is then installed, used and removed as an office would: in a fresh Wine
prefix, in a clean Debian folder, from the portable folder. Everything goes to `dist/`, with a bill of
materials and SHA256SUMS. Sizes, and the start against the start from source, are printed; a size
over its budget fails the build.

On Debian missing tools (Wine, NSIS, mingw-w64, …) are installed with apt when that needs no password.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent / "package"), str(Path(__file__).parents[1])]

import bill  # noqa: E402 - found through the path above
import commands  # noqa: E402 - found through the path above
import program_folder  # noqa: E402 - found through the path above
from commands import BuildError, say  # noqa: E402 - found through the path above

BUDGETS = {".exe": 80, ".deb": 95}
"""Megabytes, of the file that is handed out."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["windows", "deb", "portable", "all", "licences"])
    parser.add_argument("--prove", action="store_true", help="install, use and remove it as well")
    parser.add_argument(
        "--fast", action="store_true", help="a large installer, quickly; for trials"
    )
    chosen = parser.parse_args(arguments)
    if chosen.what == "licences":
        say(f"Written: {bill.write_licences()}")
        return 0
    made: list[Path] = []
    on_windows = sys.platform == "win32"
    if chosen.what in ("deb", "portable", "all") and not on_windows:
        made += linux(chosen.what, prove=chosen.prove)
    if chosen.what in ("windows", "portable", "all"):
        made += windows(chosen.what, prove=chosen.prove, fast=chosen.fast)
    if not made:
        raise BuildError(f"{chosen.what} cannot be built on this system")
    write_sums()
    return report(made)


def linux(what: str, *, prove: bool) -> list[Path]:
    folder = program_folder.native(commands.WORK / "linux")
    made = [program_folder.pack_tar(folder)]
    bill.write(folder, program_folder.name_of("linux-x86_64", ".bom.json"), windows=False)
    if what != "portable":
        import debian_package

        made.append(debian_package.build(folder))
    import start_ratio

    start_ratio.measure(folder)
    if prove:
        import prove_linux

        prove_linux.portable(made[0])
        if what != "portable":
            prove_linux.deb(made[1])
    return made


def windows(what: str, *, prove: bool, fast: bool) -> list[Path]:
    folder = program_folder.for_windows(commands.WORK / "windows")
    made = [program_folder.pack_zip(folder)]
    bill.write(folder, program_folder.name_of("windows-x86_64", ".bom.json"), windows=True)
    if what != "portable":
        import windows_installer

        made.append(windows_installer.build(folder, fast=fast))
    if prove and sys.platform != "win32":
        import prove_windows

        prove_windows.file_modules()
        prove_windows.portable(made[0])
        if what != "portable":
            prove_windows.installer(made[1])
    return made


def write_sums() -> None:
    """One line for each file, as sha256sum reads them; what the office compares its copy with."""
    files = sorted(f for f in commands.DIST.iterdir() if f.is_file() and f.name != "SHA256SUMS")
    lines = [f"{commands.sha256(file)}  {file.name}\n" for file in files]
    (commands.DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def report(made: list[Path]) -> int:
    over = False
    for file in made:
        budget = BUDGETS.get(file.suffix)
        size = commands.size_of(file) / 1e6
        told = ""
        if budget is not None:
            told = f"   (at most {budget} MB)"
            over = over or size > budget
        say(f"{size:8.1f} MB  dist/{file.name}{told}")
    say("A file is over its budget." if over else "Built.")
    return 1 if over else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BuildError as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
