"""The `[facts]` of a form file: read strictly; every word and every cell of the shipped forms is used."""

import pytest

from gic_desktop.checks.facts import FactsError, facts_of, read_facts
from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import add_form, all_forms, forget_added, form_named
from gic_desktop.report.report import new_report
from gic_desktop.values import replace

TOPIC = {
    "id": "requests",
    "name": "申请",
    "section": "requests",
    "words": ["公开申请"],
    "units": ["件"],
    "number_rule": "V09",
    "claim_rule": "V13",
}
FIGURE = {
    "topic": "requests",
    "name": "新收",
    "words": ["收到"],
    "cells": ["requests.received.total"],
}


def form(topics=(TOPIC,), figures=(FIGURE,), **more):
    facts = {"topics": list(topics), "figures": list(figures), **more}
    return replace(form_named("2021"), facts=facts)


def test_what_fits_together_is_read():
    facts = read_facts(form(foreign=["信访"], denials=["未"]))
    assert facts.topics["requests"].words == ("公开申请",)
    assert facts.figures[0].bind == "收到申请总数"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (form(figures=[FIGURE | {"cells": ["requests.gone.total"]}]), "no cell requests.gone"),
        (form(figures=[FIGURE | {"rest": ["gone"]}]), "no cell gone"),
        (form(figures=[FIGURE | {"topic": "gone"}]), "no topic gone"),
        (form(figures=[FIGURE | {"cells": []}]), "cells and words are missing"),
        (form(figures=[FIGURE | {"object": 1}]), "object must be true or false"),
        (form(figures=[FIGURE | {"wrods": []}]), "unknown key wrods"),
        (form(figures=[FIGURE, FIGURE | {"name": "受理"}]), "收到 speaks of two things"),
        (form(topics=[TOPIC, TOPIC]), "topic requests is doubled"),
        (form(topics=[TOPIC | {"section": "gone"}]), "no section gone"),
        (form(topics=[TOPIC | {"words": []}]), "words and units are missing"),
        (form(topics=[TOPIC | {"words": ["申请", "申请"]}]), "words has doubles"),
        (
            form(topics=[TOPIC | {"silence": {"rule": "V10", "section": "x", "cells": []}}]),
            "silence",
        ),
        (form(topics=["requests"]), "expected a table"),
        (form(foreign="信访"), "foreign must be a list of texts"),
        (form(unknown=1), "unknown key unknown"),
    ],
)
def test_what_does_not_fit_is_refused(broken, message):
    with pytest.raises(FactsError, match=message):
        read_facts(broken)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_the_shipped_forms_speak_of_their_own_cells(form_id):
    facts = facts_of(form_id)
    assert set(facts.topics) == {"requests", "review", "lawsuit"}
    described = form_named(form_id)
    outcomes = [
        f
        for f in facts.figures
        if f.topic == "requests"
        and f.name not in ("新收", "上年结转", "自然人新收", "办结", "结转下年度")
    ]
    leaves = [leaf for f in outcomes for cell in f.cells for leaf in described.leaves[cell]]
    assert sorted(leaves) == sorted(described.leaves["requests.finished.total"])


def test_a_form_without_facts_is_checked_in_silence(request):
    path = request.config.rootpath / "tests" / "samples" / "third_form.toml"
    added = add_form(path)
    try:
        assert added.id in all_forms()
        report = new_report(added, 2090, "甲区乙街道办事处")
        assert {"V09", "V10", "V11", "V13"}.isdisjoint(f.rule for f in check(report))
    finally:
        forget_added()
