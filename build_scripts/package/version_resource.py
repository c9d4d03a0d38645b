"""The version that Windows shows in a program's properties, as the text PyInstaller reads."""

from pathlib import Path

COMPANY = "GIC Desktop"
PRODUCT = "政府信息公开年报编制工具"

_TEXT = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0, OS=0x40004,
    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("080404b0", [
      StringStruct("CompanyName", {company!r}),
      StringStruct("FileDescription", {what!r}),
      StringStruct("FileVersion", {version!r}),
      StringStruct("InternalName", {name!r}),
      StringStruct("LegalCopyright", "Apache License 2.0"),
      StringStruct("OriginalFilename", {file!r}),
      StringStruct("ProductName", {product!r}),
      StringStruct("ProductVersion", {version!r})])]),
    VarFileInfo([VarStruct("Translation", [0x0804, 1200])])
  ]
)
"""


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Windows wants four numbers; ours has three."""
    parts = [int(part) for part in version.split(".")[:4]]
    one, two, three, four = [*parts, 0, 0, 0, 0][:4]
    return one, two, three, four


def text(name: str, what: str, version: str) -> str:
    return _TEXT.format(
        four=four_numbers(version),
        company=COMPANY,
        product=PRODUCT,
        what=what,
        version=version,
        name=name,
        file=name + ".exe",
    )


def write(folder: Path, name: str, what: str, version: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"version-{name}.txt"
    file.write_text(text(name, what, version), encoding="utf-8")
    return str(file)
