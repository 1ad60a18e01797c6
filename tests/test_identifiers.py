"""Ids: real ones pass, and nothing passes that could leave its place in a path or a host name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput

CHECKS = [
    identifiers.region_id,
    identifiers.cluster_id,
    identifiers.nodepool_id,
    identifiers.task_id,
    identifiers.instance_id,
    identifiers.node_name,
    identifiers.vpc_id,
    identifiers.vswitch_id,
    identifiers.instance_type,
]
REGIONS = [
    "cn-hangzhou",
    "cn-beijing-finance-1",
    "ap-southeast-1",
    "us-west-1",
    "eu-central-1",
    "cn-hongkong",
    "me-east-1",
]


@pytest.mark.parametrize("region", REGIONS)
def test_real_regions_pass(region: str) -> None:
    assert identifiers.region_id(region) == region


@given(st.from_regex(r"c[a-z0-9]{32}", fullmatch=True))
def test_every_cluster_id_of_the_real_form_passes(value: str) -> None:
    assert identifiers.cluster_id(value) == value


@pytest.mark.parametrize("length", [16, 18, 32])
def test_node_pool_ids_vary_in_length(length: int) -> None:
    assert identifiers.nodepool_id("np" + "a" * length)


@given(st.sampled_from(CHECKS), st.one_of(st.text(max_size=80), st.text("abc./%\\@:#?&\n\0-", max_size=20)))
def test_what_passes_cannot_change_a_path_or_a_host(check: object, value: str) -> None:
    assert callable(check)
    try:
        passed = check(value)
    except InvalidInput as refused:
        assert refused.next_step
        return
    assert passed == value
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", value)
    assert not value.startswith(".")
    assert ".." not in value


def test_a_long_value_is_shown_short_and_on_one_line() -> None:
    assert len(identifiers.shown("x\n" * 1000)) < 150
    assert "\n" not in identifiers.shown("x\ny")
