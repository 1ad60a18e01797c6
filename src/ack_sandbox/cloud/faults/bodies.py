"""Faults that spoil the body of a good answer; an answer that is an error already stays as it is."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from ack_sandbox.cloud.exchange import Exchange
from ack_sandbox.cloud.faults.parameters import integer, one_of, parameter
from ack_sandbox.cloud.wire import Answer, Json, json_bytes


def _each_list(body: Json, change: Callable[[list[Json]], Json]) -> Json:
    if isinstance(body, list):
        return change(body)
    if isinstance(body, dict):
        return {name: change(value) if isinstance(value, list) else value for name, value in body.items()}
    return body


def _each_value(body: Json, value: Json) -> Json:
    return dict.fromkeys(body, value) if isinstance(body, dict) else value


SHAPES: dict[str, Callable[[Json], Json]] = {
    "list": lambda body: [body],
    "string": lambda body: "unexpected",
    "number": lambda body: 42,
    "null": lambda body: None,
    "object_for_list": lambda body: _each_list(body, lambda items: {"item": items[0] if items else None}),
    "wrong_items": lambda body: _each_list(body, lambda items: [7, "unexpected", ["nested"]]),
    "null_items": lambda body: _each_list(body, lambda items: [None] * max(1, len(items))),
    "nulls": lambda body: _each_value(body, None),
    "wrong_fields": lambda body: _each_value(body, "unexpected"),
}


@dataclass(frozen=True)
class WrongShape:
    """Well-formed JSON of a shape that the API never promised."""

    shape: str = parameter(one_of(*SHAPES))

    async def play(self, exchange: Exchange) -> None:
        answer = await exchange.real()
        if answer.status == 200:
            answer = replace(answer, body=json_bytes(SHAPES[self.shape](json.loads(answer.body))))
        await exchange.answer(answer)


@dataclass(frozen=True)
class Truncated:
    """JSON that stops in the middle, in an answer that is otherwise whole."""

    keep_percent: int = parameter(integer(1, 99), 50)

    async def play(self, exchange: Exchange) -> None:
        answer = await exchange.real()
        await exchange.answer(replace(answer, body=_first(answer, self.keep_percent)))


@dataclass(frozen=True)
class CutOff:
    """The connection closes before the promised length has come."""

    keep_percent: int = parameter(integer(1, 99), 50)

    async def play(self, exchange: Exchange) -> None:
        answer = await exchange.real()
        await exchange.start(answer.status, {**answer.headers, "content-length": str(len(answer.body))})
        await exchange.write(_first(answer, self.keep_percent))
        await exchange.close()


@dataclass(frozen=True)
class Empty:
    async def play(self, exchange: Exchange) -> None:
        await exchange.answer(replace(await exchange.real(), body=b""))


@dataclass(frozen=True)
class Huge:
    """The good answer with many megabytes of padding in it."""

    mib: int = parameter(integer(1, 128), 16)

    async def play(self, exchange: Exchange) -> None:
        answer = await exchange.real()
        if answer.status == 200:
            answer = replace(answer, body=self._padded(json.loads(answer.body)))
        await exchange.answer(answer)

    def _padded(self, body: Json) -> bytes:
        padding = "x" * (self.mib * 1024 * 1024)
        if isinstance(body, dict):
            return json_bytes({"padding": padding, **body})
        return json_bytes([*body, padding] if isinstance(body, list) else padding)


def _first(answer: Answer, percent: int) -> bytes:
    return answer.body[: len(answer.body) * percent // 100]
