"""Findings as an answer shows them."""

from ack_mcp_server.answers.room import Room
from ack_mcp_server.services.findings import Finding, by_gravity, counted, fitting, grouped

ROOM = Room.of(3000, budget=24_000, ceiling=200_000, call=("x",))


def finding(level: str = "error", **fields: object) -> Finding:
    return Finding.model_validate({"level": level, "what": "NodeReady", **fields})


def test_targets_that_the_evidence_names_are_not_told_twice() -> None:
    text = finding(evidence="not ready: a, web-10", targets=("a", "web-1", "web-10")).lines()
    assert text.endswith("\n  on: web-1")


def test_many_targets_are_counted() -> None:
    names = tuple(f"n{number}" for number in range(20))
    assert finding(targets=names, more_targets=5).lines().endswith("n7 and 17 more")


def test_they_stand_under_a_line_for_each_level_the_gravest_first() -> None:
    found = by_gravity([finding("advice"), finding("critical"), finding("advice")])
    assert grouped(found).split("\n") == ["critical:", "- NodeReady", "advice:", "- NodeReady", "- NodeReady"]
    assert counted(found) == "3 findings (1 critical, 2 advice)"


def test_what_passed_is_no_finding() -> None:
    assert counted([finding("passed")]) == "no findings"


def test_one_that_is_larger_than_the_room_is_shown_with_less_of_it() -> None:
    large = finding(evidence="节点没有就绪" * 400, remedy="重启" * 400, targets=tuple("ab"))
    shown = fitting([large, finding()], ROOM)
    assert len(shown.findings) == 2 and len(grouped(shown.findings).encode()) < 3000


def test_of_very_many_only_those_that_could_fit_are_written_out() -> None:
    class Counted(Finding):
        def lines(self) -> str:
            written.append(1)
            return super().lines()

    written: list[int] = []
    found = [Counted(level="error", what="x")] * 100_000
    shown = fitting(found, ROOM)
    assert shown.total == 100_000 and len(shown.findings) > 300 and len(written) < 3000


def test_pages_hold_every_finding_once() -> None:
    found = [finding(what=f"check {number}", evidence="x" * 300) for number in range(40)]
    seen, room = list[Finding](), ROOM
    while True:
        shown = fitting(found, room)
        seen += shown.findings
        if not shown.token:
            break
        room = Room.of(3000, shown.token, budget=24_000, ceiling=200_000, call=("x",))
    assert [each.what for each in seen] == [each.what for each in found]
