"""The result of a diagnosis, whatever its shape: checks are found wherever they are, and what is none is kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.services.diagnosis import words
from ack_mcp_server.services.findings import NOT_UNDERSTOOD, PASSED, UNCLEAR, Finding, by_gravity, name, short

EVIDENCE = 800  # characters; many times as much with details
IN_DETAIL = 6000
ROOT = "result"  # of the paths of parts
_REMEDY = 600
_DEEPEST = 60
_TELLING = 4  # characters from which on a text is not in a message by chance
_WHERE = 80  # characters of one group


@dataclass(frozen=True)
class Result:
    """`troubles` are the gravest first; `passed` and `parts` (what was not understood) are findings of those levels."""

    troubles: tuple[Finding, ...] = ()
    passed: tuple[Finding, ...] = ()
    parts: tuple[Finding, ...] = ()

    @property
    def has_checks(self) -> bool:
        return bool(self.troubles or self.passed)


@dataclass
class _Found:
    """In one part of the result; the parts that are not understood by their places."""

    checks: list[Finding] = field(default_factory=list)
    parts: list[tuple[str, Any]] = field(default_factory=list)

    def take(self, others: Iterable["_Found"]) -> None:
        for other in others:
            self.checks += other.checks
            self.parts += other.parts


def read(raw: object, longest: int = EVIDENCE) -> Result:
    """What the API has in `result`: JSON inside a string, mostly. `longest` are characters of one piece of evidence.
    Takes time in proportion to it, so it is no work for the event loop."""
    value = redact_object({"result": _parsed(raw)})["result"]
    if value in (None, "", {}, []):
        return Result()
    found = _Reader(longest).anything(value, (), ROOT, 0)
    checks = by_gravity(found.checks)
    troubles = [each for each in checks if each.level != PASSED]
    # Only now, because a part that is one with those around it would be written again and again.
    parts = [
        Finding(level=NOT_UNDERSTOOD, what=name(path), evidence=short(_plain(node), longest))
        for path, node in found.parts
    ]
    return Result(tuple(troubles), tuple(checks[len(troubles) :]), tuple(parts))


def _parsed(raw: object) -> Any:
    """Twice, because some answers are JSON in a string in a string."""
    for _ in range(2):
        if not isinstance(raw, str) or not raw.strip():
            break
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            break
    return raw


@dataclass(frozen=True)
class _Reader:
    longest: int

    def anything(self, node: Any, where: tuple[str, ...], path: str, depth: int) -> _Found:
        if depth < _DEEPEST and isinstance(node, Mapping):
            return self._mapping(node, where, path, depth)
        if depth < _DEEPEST and isinstance(node, list):
            return self._of_inner(((f"{path}[{at}]", each) for at, each in enumerate(node)), node, where, path, depth)
        return _unknown(path, node)

    def _mapping(self, node: Mapping[str, Any], where: tuple[str, ...], path: str, depth: int) -> _Found:
        fields = words.by_plain_name(node)
        group = words.first(fields, words.GROUPS)[1] or words.first(fields, words.TITLES)[1]
        within = (*where, name(group)[:_WHERE]) if group else where
        nested = {key: value for key, value in node.items() if isinstance(value, Mapping | list) and value}
        inner = self._of_inner(
            ((f"{path}.{key}", value) for key, value in nested.items() if not _is_count(value)),
            None,
            within,
            path,
            depth,
        )
        if not inner.checks:
            own = self._check(fields, where, path)
            return _Found([own]) if own else _unknown(path, node)
        rest = {key: value for key, value in node.items() if key not in nested}
        inner.take([self._beside(rest, where, path)])
        return inner

    def _of_inner(
        self, inner: Iterable[tuple[str, Any]], whole: Any, where: tuple[str, ...], path: str, depth: int
    ) -> _Found:
        """Of a list without a check in it, one part: the whole."""
        found = _Found()
        found.take(self.anything(value, where, place, depth + 1) for place, value in inner)
        return found if found.checks or whole is None else _unknown(path, whole)

    def _check(self, fields: words.Fields, where: tuple[str, ...], path: str) -> Finding | None:
        level = words.verdict(fields)
        titled, title = words.first(fields, words.TITLES)
        told, message = words.first(fields, words.MESSAGES)
        if not level or not (title or message):
            return None
        remedied, remedy = _remedy(fields)
        used = {titled, told, remedied, *words.GROUPS, *words.TITLES}
        # A word for how bad it is that was not known is evidence, too.
        used |= set(words.VERDICTS) if level != UNCLEAR else set()
        said = (*_NOTHING, title, message, *(fields.get(each) for each in words.TITLES))
        others = ((key, _plain(value)) for key, value in fields.items() if key not in used and value not in said)
        rest = [f"{key}={text}" for key, text in others if len(text) < _TELLING or text not in message]
        group = words.first(fields, words.GROUPS)[1]
        groups = dict.fromkeys([*where, *([name(group)[:_WHERE]] if group else [])])
        what = _title(fields, title) or _key(path) or short(message, _WHERE)
        return Finding(
            level=level,
            what=what,
            where="/".join(groups),
            evidence=short("; ".join([message] * (message not in ("", what)) + rest), self.longest),
            remedy=short(remedy, _REMEDY),
        )

    def _beside(self, rest: Mapping[str, Any], where: tuple[str, ...], path: str) -> _Found:
        """What holds checks may be bad itself, and say why; what else it says is kept."""
        fields = words.by_plain_name(rest)
        own = self._check(fields, where, path) if words.first(fields, words.MESSAGES)[1] else None
        if own:
            return _Found([own])
        loose = {
            key: value for key, value in rest.items() if _plain_key(key) not in words.ABOUT and value not in _NOTHING
        }
        return _unknown(path, loose) if loose else _Found()


_NOTHING: tuple[object, ...] = (None, "", {}, [])


def _title(fields: words.Fields, title: str) -> str:
    """With the text that people are shown, where it is another one."""
    display = words.first(fields, ("display", "displayname", "title"))[1]
    return name(f"{title} ({display})" if title and display and display != title else title)


def _key(path: str) -> str:
    """Under which a check is that has no name; empty for one of a list."""
    return "" if path == ROOT or path.endswith("]") else name(path.rpartition(".")[2])


def _remedy(fields: words.Fields) -> tuple[str, str]:
    """A reference value is evidence; a link or a sentence says what to do."""
    found = words.first(fields, words.REMEDIES)
    if found[1]:
        return found
    refer = words.first(fields, (words.REFER,))
    return refer if " " in refer[1].strip() or "://" in refer[1] or not refer[1].isascii() else ("", "")


def _is_count(value: Any) -> bool:
    """How many there are of each level: told by the checks, too."""
    return isinstance(value, Mapping) and all(type(each) is int for each in value.values())


def _plain_key(key: str) -> str:
    return next(iter(words.by_plain_name({key: None})))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _unknown(path: str, node: Any) -> _Found:
    return _Found() if node in _NOTHING else _Found(parts=[(path, node)])
