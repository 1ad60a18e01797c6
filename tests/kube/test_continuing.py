"""A cut answer is continued through the door, as its last line says, until nothing is left."""

import pytest

from tests.conftest import Door, Region
from tests.kube.test_bounds import lines_of, pages_of


@pytest.mark.parametrize("command", ["get svc,cm,deploy -A --no-headers", "get all,cm,sa -A -o name", "api-resources"])
async def test_every_line_comes_once(door: Door, region: Region, command: str) -> None:
    (whole,) = await pages_of(door, command, 200_000, region)
    parts = await pages_of(door, command, 1500, region)
    assert len(parts) > 1
    # Widths and ages differ from page to page, names do not.
    names = [sorted(line.split()[:2][-1] for line in lines_of(pages)) for pages in ([whole], parts)]
    assert names[0] == names[1]


async def test_the_last_page_says_that_it_is_the_last(door: Door, region: Region) -> None:
    *_, last = await pages_of(door, "get cm,svc -A", 1500, region)
    assert "this is the end" in last.splitlines()[-1]


async def test_the_lines_of_ours_fit_whatever_is_counted(door: Door, region: Region) -> None:
    arguments = {"command": "get all,cm,secrets -A", "cluster_id": region.cluster("staging"), "max_bytes": 1000}
    assert len((await door.ok("ack_kubectl", **arguments)).text.encode()) <= 1100


async def test_an_order_by_what_nothing_has_is_no_empty_answer(door: Door, region: Region) -> None:
    arguments = {"command": "get pods -A --sort-by=.spec.nosuch", "cluster_id": region.cluster("staging")}
    assert "--sort-by" in await door.error("ack_kubectl", **arguments)
