"""Where a search found nothing: whether the selector would, and which labels there are."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

from ack_mcp_server.errors import AckError
from ack_mcp_server.services.loki.answer import LabelView
from ack_mcp_server.services.loki.endpoint import Endpoint
from ack_mcp_server.services.loki.logql import LogQuery
from ack_mcp_server.services.loki.loki import Loki
from ack_mcp_server.services.loki.reading import shown_labels
from ack_mcp_server.services.loki.selector import LABEL
from ack_mcp_server.services.loki.span import Span, moment
from ack_mcp_server.timerange import rfc3339

_MOST_LABELS = 12
_EXAMPLES = 4
_FOR_IT_S = 5.0
_LONGEST_EXAMPLE = 60
_USUAL = ("namespace", "app", "job", "service_name", "container", "pod", "node")


@dataclass(frozen=True)
class WhatsThere:
    """`notes` are sentences of ours; `labels` come from outside."""

    labels: tuple[LabelView, ...] = ()
    notes: tuple[str, ...] = ()


async def whats_there(
    loki: Loki, endpoint: Endpoint, query: LogQuery, span: Span, deadline: float, *, bounded: bool
) -> WhatsThere:
    """An aid: nothing where it cannot be told soon. Of a bounded server's labels nothing is told, because they are of
    all namespaces."""
    until = min(deadline, time.monotonic() + _FOR_IT_S)
    with suppress(AckError):
        if query.stages and (lines := await loki.newest(endpoint, query.selector, span, 1, until)):
            newest = rfc3339(moment(lines[0].at))
            return WhatsThere(
                notes=(f"{query.selector} alone finds lines, the newest of {newest}: filters leave none",)
            )
        if bounded:
            return WhatsThere(notes=("no such log then; this server sees some namespaces only",))
        return await _labels(loki, endpoint, query, span, until)
    return WhatsThere()


async def _labels(loki: Loki, endpoint: Endpoint, query: LogQuery, span: Span, until: float) -> WhatsThere:
    names = await loki.labels(endpoint, span, until)
    if not names:
        return WhatsThere(notes=("there are no logs at all in that time; look at a longer one with since",))
    wanted = {matcher.name: matcher.plain for matcher in query.matchers}
    asked = _ordered([name for name in names if LABEL.fullmatch(name)], wanted)[:_MOST_LABELS]
    values = await asyncio.gather(*(_values(loki, endpoint, name, span, until) for name in asked))
    found = [(name, known) for name, known in zip(asked, values, strict=True) if known]
    views = tuple(_view(name, known, wanted.get(name, "")) for name, known in found)
    more = len(names) - len(asked)
    missing = [f"no log has a label {name} then" for name in wanted if name not in names]
    absent = [f"{name} is nowhere {wanted[name]} then" for name, known in found if _is_absent(wanted.get(name), known)]
    return WhatsThere(views, (*missing, *absent, *([f"{more} more labels are left out"] if more else [])))


async def _values(loki: Loki, endpoint: Endpoint, name: str, span: Span, until: float) -> tuple[str, ...]:
    with suppress(AckError):
        return await loki.values(endpoint, name, span, until)
    return ()


def _is_absent(wanted: str | None, known: Sequence[str]) -> bool:
    return bool(wanted) and wanted not in known


def _ordered(names: Sequence[str], wanted: dict[str, str]) -> list[str]:
    def rank(name: str) -> tuple[bool, int, str]:
        return name not in wanted, _USUAL.index(name) if name in _USUAL else len(_USUAL), name

    return sorted(names, key=rank)


def _view(name: str, known: tuple[str, ...], wanted: str) -> LabelView:
    """The values most like the wanted one come first."""
    near = get_close_matches(wanted, known[:1000], _EXAMPLES) if wanted else []
    examples = list(dict.fromkeys([*near, *known[: 2 * _EXAMPLES]]))[:_EXAMPLES]
    told = [value for each in examples for value in shown_labels(((name, each),)).values()]
    (label,) = shown_labels(((name, ""),))
    return LabelView(label=label, values=len(known), examples=tuple(value[:_LONGEST_EXAMPLE] for value in told))
