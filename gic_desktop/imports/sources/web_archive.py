"""Web pages saved as one file (.mht): the page out of its mail envelope, then read as HTML."""

from __future__ import annotations

import email
import email.errors
import email.policy

from gic_desktop.imports.source import Budget, ImportRefused, Source
from gic_desktop.imports.sources.html import read_html
from gic_desktop.values import replace

DAMAGED = "这份网页存档已损坏，无法读出；请重新保存网页后再导入。"


def read_web_archive(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a .mht or .mhtml."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        for count, part in enumerate(message.walk()):
            budget.tick()
            if count > 2000:
                break
            if part.get_content_type() != "text/html":
                continue
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                charset = part.get_param("charset")
                if isinstance(charset, str) and charset.lower().replace("-", "") == "utf16":
                    content = content.decode("utf-16", "replace").encode("utf-8")
                return replace(read_html(content, budget), kind="html")
    except (
        email.errors.MessageError,
        LookupError,
        ValueError,
        AttributeError,
        TypeError,
    ) as damage:
        raise ImportRefused(DAMAGED) from damage
    raise ImportRefused(DAMAGED)
