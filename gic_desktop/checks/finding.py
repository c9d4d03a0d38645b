"""What a check found, as a value: rule, severity, place, a sentence with the numbers in it, a repair."""

from collections.abc import Iterable, Mapping

from gic_desktop.forms.description import Severity
from gic_desktop.report.edits import Edit
from gic_desktop.report.place import Place
from gic_desktop.values import Struct

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")
SEVERITY_NAMES: Mapping[Severity, str] = {"error": "错误", "warning": "提醒", "hint": "提示"}


class Repair(Struct, frozen=True):
    """A correction that is certain enough for one click. `label` stands on the button."""

    label: str
    edit: Edit


class Finding(Struct, frozen=True):
    """`place` is the cell or words to look at first; `also` are further cells the sentence speaks of.

    `key` names this finding among others of the same rule and survives edits elsewhere: overrides
    and dismissals in the file go by it. It holds no figures and no positions.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    key: str
    also: tuple[str, ...] = ()
    stretches: tuple[tuple[int, int], ...] = ()
    """The words of the paragraph that are meant, where they are not all from start to end of `place`."""
    repair: Repair | None = None
    own_words: bool = False
    """Whether the office's own word list silences it."""
    only_pages: bool = False
    """Whether it stops only what is made of pages, PDF and print; and that whatever the reason."""
    overridden: str = ""
    """The reason with which the clerk lets an error stand."""

    @property
    def severity_name(self) -> str:
        return SEVERITY_NAMES[self.severity]

    @property
    def may_stand(self) -> bool:
        """Whether the clerk may let it stand with a reason."""
        return self.severity == "error" and not self.only_pages

    @property
    def blocks(self) -> bool:
        return self.severity == "error" and not self.overridden


def finding_key(rule: str, *parts: str) -> str:
    return ":".join((rule, *parts))


class Count(Struct, frozen=True):
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    overridden: int = 0


def count(findings: Iterable[Finding]) -> Count:
    errors = warnings = hints = overridden = 0
    for finding in findings:
        if finding.severity == "error":
            if finding.overridden:
                overridden += 1
            else:
                errors += 1
        elif finding.severity == "warning":
            warnings += 1
        else:
            hints += 1
    return Count(errors, warnings, hints, overridden)
