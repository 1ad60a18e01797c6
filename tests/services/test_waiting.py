"""Waiting for what was begun in the cloud."""

import asyncio

import pytest

from ack_mcp_server.errors import AckError, Forbidden, Unavailable
from ack_mcp_server.services.waiting import Wait, Waited, wait_until


class Looks:
    """Answers in their order, the last one again and again; errors are raised."""

    def __init__(self, *answers: str | AckError) -> None:
        self.answers = list(answers)
        self.told: list[tuple[float, str]] = []

    async def look(self) -> str:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AckError):
            raise answer
        return answer

    async def progress(self, done: float, _total: float | None, message: str | None) -> None:
        self.told.append((done, message or ""))

    async def wait(self, timeout_s: float = 30) -> Waited[str]:
        return await wait_until(self.look, lambda state: state == "over", Wait("x", 0.001, timeout_s, self.progress))


async def test_it_looks_until_it_is_over() -> None:
    waited = await Looks("begun", "begun", "over").wait()
    assert (waited.last, waited.is_over) == ("over", True)


async def test_progress_grows_with_each_look_and_names_what_is_waited_for() -> None:
    looks = Looks("begun", "begun", "begun", "over")
    await looks.wait()
    assert [done for done, _ in looks.told] == sorted({done for done, _ in looks.told})
    assert len(looks.told) == 3 and all(message.startswith("x: ") for _, message in looks.told)


async def test_a_passing_error_is_followed_by_the_next_look() -> None:
    assert (await Looks(Unavailable("gone"), "begun", Unavailable("gone"), "over").wait()).is_over


async def test_another_error_ends_it() -> None:
    with pytest.raises(Forbidden):
        await Looks("begun", Forbidden("no")).wait()


async def test_at_the_deadline_the_last_that_was_seen_is_told() -> None:
    waited = await Looks("begun").wait(timeout_s=0.01)
    assert (waited.last, waited.is_over, waited.trouble) == ("begun", False, None)


async def test_at_the_deadline_the_error_of_the_last_look_is_told() -> None:
    waited = await Looks("begun", Unavailable("gone")).wait(timeout_s=0.01)
    assert waited.last == "begun" and waited.trouble is not None


async def test_a_look_that_hangs_is_left_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ack_mcp_server.services.waiting.LAST_LOOK_S", 0)
    looks = Looks("begun")
    monkeypatch.setattr(looks, "look", asyncio.Event().wait)
    assert not (await looks.wait(timeout_s=0.01)).is_over


async def test_a_cancellation_ends_it() -> None:
    waiting = asyncio.ensure_future(Looks("begun").wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
