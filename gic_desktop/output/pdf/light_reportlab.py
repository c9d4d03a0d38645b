"""ReportLab's canvas without what this program never asks of it.

Two thirds of the time that importing ReportLab takes goes into Pillow, temporary files, an expression
evaluator, OpenSSL, named colours and its own fonts. None of that is its business here. All of this
package takes ReportLab from here.
"""

import codecs
from typing import Any

from gic_desktop.digest import md5
from gic_desktop.left_out import without

_KEYWORD_CODECS = ("pdfdoc", "extpdfdoc")

with without(
    "PIL",
    "PIL.Image",
    "reportlab.lib.rl_safe_eval",
    "reportlab.lib.rltempfile",
    "reportlab.pdfbase.pdfmetrics",
    "reportlab.pdfbase.ttfonts",
    "platform",
    "pickle",
    "ast",
    "glob",
    # What an installation, or a file in the home folder, may add to ReportLab.
    "reportlab.local_rl_mods",
    "reportlab.local_rl_settings",
    "reportlab_mods",
    "reportlab_settings",
    absent=("_rl_accel",),  # looked for eleven times on every path
    given={
        "hashlib": {"md5": md5},
        "string": {"digits": "0123456789"},
        # The canvas asks whether it shall turn every colour into one colour space: it shall not.
        "reportlab.lib.colors": {"_chooseEnforceColorSpace": lambda _space: None},
    },
):
    from reportlab.pdfbase import pdfdoc as _pdfdoc
    from reportlab.pdfgen import canvas as _canvas

# ReportLab writes its keywords, and text it has escaped already, through encodings of its own
# that come with its fonts. In what is written here they are no different from Latin-1.
codecs.register(lambda name: codecs.lookup("latin-1") if name in _KEYWORD_CODECS else None)

# ReportLab's published types do not say what its documents really hold.
Canvas: Any = _canvas.Canvas
pdfdoc: Any = _pdfdoc

__all__ = ["Canvas", "pdfdoc"]
