"""What an export asks is what the checks say of errors, without the rules that never find one."""

import subprocess
import sys

import pytest

from gic_desktop.checks.run import check, errors
from gic_desktop.report.report import Override
from gic_desktop.values import replace

WRONG = [
    {},
    {"organ": ""},
    {"cells": {"requests.received.person": 5}},
    {"text": "本年新收政府信息公开申请35件。", "cells": {"requests.received.person": 5}},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_export_hears_of_every_error(desk, wrong):
    report = desk.report(**wrong)
    assert errors(report) == tuple(f for f in check(report) if f.blocks)


def test_an_error_with_a_reason_stops_nothing(desk):
    report = desk.report(cells={"requests.received.person": 5})
    (one, *_) = errors(report)
    overridden = replace(report, overrides=(*report.overrides, Override(one.key, "另有说明")))
    assert one.key not in {f.key for f in errors(overridden)}


def test_rules_about_words_are_not_even_loaded():
    code = """
import sys
from gic_desktop.checks.run import errors
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.report import new_report
errors(new_report(form_named("2021"), 2025, ""))
sys.exit("gic_desktop.checks.wording" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
