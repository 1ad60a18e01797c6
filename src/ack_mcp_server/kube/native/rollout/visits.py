"""The objects that a rollout command names, one after the other, and what failed on the way."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import named_refusal, selection
from ack_mcp_server.kube.native.said import UsageError
from ack_mcp_server.kube.native.targets import Target, Targets

_PLAIN = "application/json"


class RolloutError(Exception):
    """What kubectl says of one object before it goes on to the next."""


@dataclass
class Failures:
    """kubectl goes on after each, and tells all of them at the end: one alone as an error, several line by line."""

    objects: list[Refusal | RolloutError] = field(default_factory=list)
    lists: list[Refusal] = field(default_factory=list)

    def add(self, target: Target, refusal: Refusal) -> None:
        (self.objects if target.name else self.lists).append(refusal)

    def tell(self, printed: Printed) -> None:
        lines = self._lines()
        printed.complaints += lines
        printed.exit_code = 1 if lines else 0

    def _lines(self) -> list[str]:
        every = [*self.objects, *self.lists]
        if len(every) == 1 and isinstance(every[0], RolloutError):
            return [f"error: {every[0]}"]
        if self.objects and self.lists:  # those of lists come last, as one
            return [*map(_line, self.objects), _together(self.lists)]
        return [_line(failure) for failure in every]


def _line(failure: Refusal | RolloutError) -> str:
    return failure.line if isinstance(failure, Refusal) else str(failure)


def _together(refusals: list[Refusal]) -> str:
    messages = list(dict.fromkeys(refusal.message for refusal in refusals))
    return messages[0] if len(messages) == 1 else f"[{', '.join(messages)}]"


async def visited(asked: Asked, targets: Targets, failures: Failures) -> AsyncGenerator[tuple[Resource, Json]]:
    """Raises AckError."""
    for target in targets.all:
        try:
            async for item in _of_target(asked, target):
                yield target.resource, asked.redact(item)
        except Refusal as exc:
            failures.add(target, named_refusal(exc, target, asked))


async def _of_target(asked: Asked, target: Target) -> AsyncIterator[Json]:
    path = target.resource.path(asked.namespace, target.name)
    if target.name:
        yield (await one(asked, path, None, _PLAIN, small=True)).content
        return
    async for page in pages(asked, path, selection(asked), _PLAIN, small=False):
        for item in page.content.get("items") or ():
            yield {"kind": target.resource.kind, **item}  # items of a list say none


def revision_of(asked: Asked) -> int:
    """Of the flag; 0 for the last. Raises UsageError."""
    text = asked.command.value("revision") or "0"
    digits = text.removeprefix("-")
    if not digits.isdecimal() or not digits.isascii() or (len(digits) > 1 and digits.startswith("0")):
        raise UsageError(f'error: invalid argument "{text}" for "--revision" flag')
    if text.startswith("-") and int(digits):
        raise UsageError(f"error: revision must be a positive integer: {text}")
    return int(digits)
