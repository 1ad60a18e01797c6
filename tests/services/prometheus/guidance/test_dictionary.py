"""The dictionary itself: whole, consistent, and made of queries that parse."""

import re

from ack_mcp_server.services.prometheus.guidance.dictionary import About, dictionary
from ack_mcp_server.services.prometheus.guidance.vocabulary import vocabulary
from ack_mcp_server.services.prometheus.promql import checked
from tests.services.prometheus.guidance.expressions import EXPRESSIONS

# Counting series, and telling whether there are any, needs no growth.
READ = re.compile(r"(?:\b(?:rate|increase|absent)|\bcount(?: by \([^)]*\))?) ?\($")
PARTS = re.compile(r"_(?:bucket|sum|count)$")


def test_it_holds_what_was_promised() -> None:
    known = dictionary()
    assert len(known.metrics) >= 190
    assert len(known.rules) >= 40
    assert {"pod", "node", "deployment", "ingress", "dns", "apiserver", "gpu"} <= set(known.resources)


def test_every_name_is_there_once() -> None:
    known = dictionary()
    for names in ([each.name for each in known.metrics], [each.name for each in known.rules], list(EXPRESSIONS)):
        assert len(names) == len(set(names))


def test_every_metric_has_a_type_and_says_what_it_means() -> None:
    for each in dictionary().metrics:
        assert each.type in ("counter", "gauge", "histogram"), each.name
        assert each.unit, each.name
        assert each.meaning, each.name
        assert each.labels, each.name


def test_counters_are_those_that_are_named_so() -> None:
    """By the convention; the exceptions are named so by their exporters."""
    for each in dictionary().metrics:
        if each.name.endswith("_total") and not each.name.startswith("DCGM"):
            assert each.type == "counter", each.name


def test_every_rule_has_a_severity_a_time_and_a_remedy() -> None:
    for each in dictionary().rules:
        assert each.severity in ("critical", "warning", "info"), each.name
        assert re.fullmatch(r"\d+[mh]", each.lasting), each.name
        assert each.remedy.endswith("."), each.name


def test_every_expression_parses_without_advice_and_reads_known_metrics() -> None:
    known = dictionary().by_name
    for name, text in EXPRESSIONS.items():
        query = checked(text)
        assert query.advice == (), name
        assert query.metrics, name
        for metric in query.metrics:
            base = metric if metric in known else PARTS.sub("", metric)
            assert base in known, name
            assert (known[base].type == "histogram") == (base != metric), name


def test_every_counter_is_read_by_its_growth() -> None:
    known = dictionary().by_name
    counters = {each.name for each in known.values() if each.type == "counter"}
    for name, text in EXPRESSIONS.items():
        for found in re.finditer(r"\w+", text):
            if found[0] in counters:
                assert READ.search(text[: found.start()]), name


def test_labels_that_are_matched_are_labels_of_the_metric() -> None:
    known = dictionary().by_name
    for name, text in EXPRESSIONS.items():
        for metric, matchers in re.findall(r"(\w+)\{([^}]*)\}", text):
            base = metric if metric in known else PARTS.sub("", metric)
            labels = {*known[base].labels, *known[base].own}
            assert set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", matchers)) <= labels, name


def test_every_resource_and_category_is_a_word_that_can_be_said() -> None:
    known = dictionary()
    for name in (*known.resources, *known.categories):
        said = vocabulary().terms(name)
        assert name in said or name == "state", name


def test_recipes_are_about_known_resources() -> None:
    known = dictionary()
    abouts: list[About] = [each.about for each in known.recipes]
    assert {name for about in abouts for name in about.resources} <= set(known.resources)
    assert {name for about in abouts for name in about.categories} <= set(known.categories)
