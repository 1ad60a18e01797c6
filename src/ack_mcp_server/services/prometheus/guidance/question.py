"""A question in words: what it is about, and which namespace it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.guidance.vocabulary import vocabulary

LONGEST = 1000  # characters
_NAME = r"([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)"
_NAMESPACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:namespace|ns)[\s=:\"'`]+{_NAME}\b",
        rf"\b(?:in|of|the|from)\s+[\"'`]?{_NAME}[\"'`]?\s+(?:namespace|ns)\b",
        rf"(?<![a-z0-9-]){_NAME}\s*(?:这个)?命名空间",
        rf"命名空间\s*[:：为是]?\s*{_NAME}",
    )
)


@dataclass(frozen=True)
class Question:
    """`namespace` is empty where none is named."""

    text: str
    terms: frozenset[str]
    namespace: str = ""


def question_of(text: str) -> Question:
    """Raises InvalidInput."""
    told = one_line(text)
    if not told or len(told) > LONGEST:
        raise InvalidInput(f"the text has {len(told)} characters", next_step=f"Give 1 to {LONGEST} characters.")
    namespace, place = next(_named(told), ("", ""))
    return Question(told, vocabulary().terms(told.replace(place, " ") if place else told), namespace)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Names that are no words for something to measure, each with the words around it."""
    for pattern in _NAMESPACES:
        for found in pattern.finditer(text):
            name = found[1].lower()
            if name not in vocabulary().meant and name not in vocabulary().silent:
                yield name, found[0]
