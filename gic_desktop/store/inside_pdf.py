"""The project inside a PDF that this program made: found by its attachment's name."""

from gic_desktop.store.gicr import MAX_FILE, DamagedProject

ATTACHMENT = "年报项目文件.gicr"
_SUFFIX = ".gicr"


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def project_in(data: bytes) -> bytes:
    """The attached project's bytes, or `DamagedProject` with a sentence."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except (pdfium.PdfiumError, ValueError) as error:
        raise DamagedProject("这份 PDF 已损坏或设有密码，无法打开。") from error
    try:
        for number in range(min(document.count_attachments(), 100)):
            attachment = document.get_attachment(number)
            if attachment.get_name().endswith(_SUFFIX):
                content = bytes(attachment.get_data())
                if len(content) > MAX_FILE:
                    raise DamagedProject("这份 PDF 中的项目文件过大，无法打开。")
                return content
    except pdfium.PdfiumError as error:
        raise DamagedProject("这份 PDF 中的项目文件无法读取。") from error
    finally:
        document.close()
    raise DamagedProject("这份 PDF 中没有年报项目文件，请用“导入上年年报”读取其中的文字和表格。")
