"""Files that mean harm, or are merely broken: one sentence, soon, with little memory, nothing written."""

import io
import random
import struct
import sys
import zipfile
import zlib

import import_samples as samples
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_imports_word import NAMES, p, r, word

from gic_desktop.imports import reading
from gic_desktop.imports.outcome import import_report, import_source
from gic_desktop.imports.source import Budget, ImportRefused, Source
from gic_desktop.imports.sources.apart import read_apart
from gic_desktop.imports.sources.doc import read_doc
from gic_desktop.imports.sources.pdf import read_pdf


def refused(data: bytes) -> str:
    with pytest.raises(ImportRefused) as told:
        reading.read_bytes(data)
    sentence = str(told.value)
    assert sentence.count("。") == 1
    assert sentence.endswith("。")
    assert "\n" not in sentence
    return sentence


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def test_a_zip_bomb():
    assert "大得不合常理" in refused(zipped(word__document_xml=b"<a>" + b" " * 60_000_000))


def test_a_zip_bomb_that_lies_about_its_size():
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = packed.compress(b" " * 50_000_000) + packed.flush()
    name = b"word/document.xml"
    head = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(content), 1000, len(name), 0
    )
    middle = struct.pack(
        "<4s6H3I5H2I",
        b"PK\x01\x02",
        20,
        20,
        0,
        8,
        0,
        0,
        0,
        len(content),
        1000,
        len(name),
        0,
        0,
        0,
        0,
        0,
        0,
    )
    begin = len(head) + len(name) + len(content)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(middle) + len(name), begin, 0)
    refused(head + name + content + middle + name + end)


def test_xml_entities_are_never_expanded():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    for entity in (
        laughs,
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY % d SYSTEM "http://a/b">%d;',
    ):
        document = f"<!DOCTYPE w:document [{entity}]><w:document {NAMES}><w:body/></w:document>"
        assert "外部定义" in refused(zipped(word__document_xml=document.encode()))


def test_a_word_file_with_a_hundred_thousand_rows():
    row = f"<w:tr><w:tc>{p(r('规章'))}</w:tc><w:tc>{p(r('0'))}</w:tc></w:tr>"
    body = "".join(row if n % 7 else row.replace("规章", str(n)) for n in range(100_000))
    assert "远远超出一份年报" in refused(word(f"<w:tbl>{body}</w:tbl>"))


def test_a_million_paragraphs_and_a_tower_of_tables():
    noise = random.Random(1)
    many = "".join(p(r(str(noise.random()))) for _ in range(60_000))
    assert "远远超出一份年报" in refused(word(many))
    tower = "<w:tbl><w:tr><w:tc>" * 60 + p(r("1")) + "</w:tc></w:tr></w:tbl>" * 60
    assert "套了太多层" in refused(word(tower))
    assert "套了太多层" in refused(word("<w:ins>" * 400 + "</w:ins>" * 400))


def test_a_page_of_two_hundred_megabytes_is_refused_before_it_is_read(tmp_path, monkeypatch):
    file = tmp_path / "年报.html"
    with file.open("wb") as made:
        made.truncate(200 * 1024 * 1024)
    monkeypatch.setattr("pathlib.Path.open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(ImportRefused, match="200 MB"):
        reading.read_source(file)


def test_a_web_page_made_to_exhaust():
    tables = b"<table><tr><td>" * 5000
    spans = b"<table>" + b"<tr><td rowspan=60000 colspan=500>1</td></tr>" * 4000 + b"</table>"
    rows = b"<table>" + b"<tr><td>1</td></tr>" * 100_000 + b"</table>"
    for page in (
        tables,
        b"<div>" * 100_000,
        b"<b>" * 100_000,
        spans,
        rows,
        b"<table><tr>" + b"<td>1" * 200_000,
    ):
        try:
            source = reading.read_bytes(b"<html><body>" + page)
        except ImportRefused:
            continue
        assert len(source.items) < 20_000


def test_a_page_that_the_parser_would_cut_off_is_refused_not_cut():
    assert "套了太多层" in refused(b"<html><body>" + b"<b>x" * 3000 + "<p>六、其他</p>".encode())
    long = "<html><body><p>" + "政" * 3_500_000 + "</p><p>六、其他需要报告的事项</p>"
    assert reading.read_bytes(long.encode()).items[-1].text == "六、其他需要报告的事项"


def test_a_workbook_with_a_million_rows_or_a_far_corner():
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{0}</sheetData>{1}</worksheet>'
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="1" r:id="r1"/></sheets></workbook>'
    )
    relation = (
        '<R><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></R>'
    )

    def made(data: str, after: str = "") -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", book)
            package.writestr("xl/_rels/workbook.xml.rels", relation)
            package.writestr("xl/worksheets/sheet1.xml", sheet.format(data, after))
        return buffer.getvalue()

    refused(
        made(
            "".join(
                f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(1, 100_000)
            )
        )
    )
    refused(made('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'))
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    source = reading.read_bytes(made('<row r="1"><c r="A1"><v>1</v></c></row>', merged))
    assert source.items[1].row_count == 1


def looping_pdf() -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 900 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
            b" /Resources << /XObject << /F 5 0 R >> >> >>"
        ),
        b"<< /Length 4 >>\nstream\n/F Do\nendstream",
        (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 10"
            b" /Resources << /XObject << /F 5 0 R >> >> >>\nstream\n/F Do /F Do\nendstream"
        ),
    ]
    data = b"%PDF-1.7\n"
    for number, content in enumerate(objects, 1):
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return data + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def test_a_pdf_that_refers_to_itself():
    refused(looping_pdf())


def test_a_reader_that_never_ends_is_ended(monkeypatch, tmp_path):
    """A process that hangs is killed, and the clerk gets a sentence."""
    (tmp_path / "sitecustomize.py").write_text(
        "import time, gic_desktop.imports.sources.pdf as pdf\n"
        "pdf.read_pdf = lambda data, budget: time.sleep(600)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    if sys.flags.no_site:
        pytest.skip("no sitecustomize without site")
    with pytest.raises(ImportRefused, match="规定时间"):
        read_apart("pdf", b"%PDF-", Budget(seconds=-2.0))


def test_a_reader_that_dies_while_starting_is_not_waited_for(monkeypatch, tmp_path):
    """Killed by the system or a virus scanner before it has taken over a file of some size."""
    (tmp_path / "sitecustomize.py").write_text("import os\nos._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    if sys.flags.no_site:
        pytest.skip("no sitecustomize without site")
    with pytest.raises(ImportRefused, match="中途停止"):
        read_apart("pdf", b"%PDF-" + bytes(1_000_000), Budget())


def test_wrong_kinds_each_have_their_own_sentence():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "打开密码" in refused(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "旧版 Excel" in refused(ole + "Workbook".encode("utf-16-le"))
    assert "旧版 Word" in refused(ole + "WordDocument".encode("utf-16-le"))
    assert "RTF" in refused(b"{\\rtf1}")
    assert "OFD" in refused(zipped(OFD_xml=b"<x/>"))
    assert "压缩包" in refused(zipped(a=b"1"))
    assert "空的" in refused(b"")
    assert "图片" in refused(b"\xff\xd8\xff\xe0")


def test_a_folder_a_missing_file_and_a_text_that_is_no_report(tmp_path):
    with pytest.raises(ImportRefused, match="文件夹"):
        import_report(tmp_path)
    with pytest.raises(ImportRefused, match="找不到"):
        import_report(tmp_path / "无.docx")
    letter = tmp_path / "通知.txt"
    letter.write_text("关于开会的通知\n\n请各科室参加。\n", "utf-8")
    with pytest.raises(ImportRefused, match="没有找到年报"):
        import_report(letter)
    assert [found.name for found in tmp_path.iterdir()] == ["通知.txt"]


def test_a_text_full_of_headings_or_of_misprints_ends_soon():
    headings = "一、总体情况\n" * 19_000
    import_source(reading.read_bytes(headings.encode()))
    rows = "\n".join(f"行政许{n % 10}可\t0" for n in range(5900))
    assert len(import_source(reading.read_bytes(rows.encode())).report.cells) <= 1
    same = "规章\t1\t2\t3\n" * 5900
    outcome = import_source(reading.read_bytes(same.encode()))
    assert len(outcome.report.cells) == 3


# Any bytes


def survive(data: bytes) -> None:
    try:
        source = reading.read_bytes(data)
    except ImportRefused:
        return
    assert isinstance(source, Source)
    try:
        import_source(source)
    except ImportRefused:
        return


@pytest.fixture(autouse=True)
def _in_this_process(request, monkeypatch):
    """Let the fuzzing read PDFs and old Word files here: a process for each would take hours."""
    if "damaged" in request.node.name or "any_bytes" in request.node.name:
        readers = {"pdf": read_pdf, "doc": read_doc}
        monkeypatch.setattr(
            "gic_desktop.imports.sources.apart.read_apart",
            lambda kind, data, budget: readers[kind](data, budget),
        )


HEADS = (
    b"", b"PK\x03\x04", b"%PDF-1.4\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table>",
    b"\xff\xfe", "规章\t0\n".encode(), b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>", b"<?xml version='1.0'?>",
)  # fmt: skip


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(HEADS), st.binary(max_size=3000))
@example(b"<html>", b"<table><tr><td rowspan=0>")
@example(b"", b"\x80" * 10)
def test_any_bytes_end_in_a_source_or_a_sentence(head, rest):
    survive(head + rest)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.text(
        alphabet="\t\t\t\n\n\n0159规章行政许可总计一二、（）.,/— \u3000\"'<td>总体情况年2020报告",
        max_size=400,
    )
)
def test_any_bytes_of_tabbed_text_end_in_an_outcome(text):
    survive(("一、总体情况\n" + text).encode())


def harmed(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    if chance.random() < 0.3:
        return bytes(made[: chance.randrange(len(made))])
    for _ in range(chance.randrange(1, 30)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def harmed_parts(data: bytes, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            for _ in range(chance.randrange(3) if len(content) > 40 else 0):
                begin = chance.randrange(len(content) - 30)
                piece = content[begin : begin + chance.randrange(30)]
                if chance.random() < 0.5:
                    del content[begin : begin + len(piece)]
                else:
                    content[begin:begin] = piece * chance.randrange(4)
            new.writestr(name, bytes(content))
    return buffer.getvalue()


def samples_of_all_kinds() -> list[bytes]:
    from test_imports_readers import ruled_page

    values = {name: str(value) for name, value in samples.figures("2021").items()}
    return [
        samples.word("2021", 2024),
        samples.workbook("2021", values),
        samples.web_page("2021", 2024, values).encode(),
        samples.rows_of_tabs("2021", 2024, values).encode("gb18030"),
        ruled_page(pages=2),
    ]


def test_damaged_files_end_in_a_source_or_a_sentence():
    chance = random.Random(20)
    for data in samples_of_all_kinds():
        for _ in range(40):
            survive(harmed(data, chance))
            if data.startswith(b"PK"):
                survive(harmed_parts(data, chance))


@pytest.mark.long
@pytest.mark.parametrize("kind", range(5))
def test_thousands_of_damaged_files_end_in_a_source_or_a_sentence(kind):
    chance = random.Random(21 + kind)
    data = samples_of_all_kinds()[kind]
    for _ in range(1500):
        survive(harmed(data, chance))
        if data.startswith(b"PK"):
            survive(harmed_parts(data, chance))
