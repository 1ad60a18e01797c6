"""Words of people, English or Chinese, as the terms that metrics use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ack_mcp_server.services.prometheus.guidance.dictionary import vocabulary_data

_WORD = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Vocabulary:
    """`meant` tells the term of a word or phrase; `phrases` finds those that are no single English word, the longest
    first; `silent` words tell nothing of what is measured."""

    meant: Mapping[str, str]
    phrases: re.Pattern[str]
    silent: frozenset[str]

    def terms(self, text: str) -> frozenset[str]:
        """What a text is about: terms, and words that are none, in the singular."""
        lower = text.lower()
        known = {self.meant[found[0]] for found in self.phrases.finditer(lower)}
        return frozenset(known.union(self._words(self.phrases.sub(" ", lower))))

    def of_name(self, name: str) -> frozenset[str]:
        """Of an identifier, such as kube_pod_info or NodeNotReady."""
        return frozenset(self._words(_CAMEL.sub(" ", name).replace("_", " ").lower()))

    def _words(self, lower: str) -> Iterable[str]:
        found = (word for word in _WORD.findall(lower) if word not in self.silent)
        return (self.meant.get(word) or _singular(word) for word in found)


@cache
def vocabulary() -> Vocabulary:
    data = vocabulary_data()
    meant = {word: term for term, words in data["terms"].items() for word in words}
    phrases = sorted((word for word in meant if not _WORD.fullmatch(word)), key=len, reverse=True)
    return Vocabulary(meant, re.compile("|".join(map(_bounded, phrases))), frozenset(data["silent"].split()))


def _bounded(phrase: str) -> str:
    """An English phrase stands alone; a Chinese one stands among others."""
    return rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])" if phrase.isascii() else re.escape(phrase)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
