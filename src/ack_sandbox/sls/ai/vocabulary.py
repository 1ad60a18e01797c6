"""The words of a question, and the fields of an index that they name."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z_][\w.\-]*|\d+")


def words_of(question: str) -> list[str]:
    """In lower case, without a plural's ending."""
    return [_singular(word.lower().rstrip(".")) for word in _WORD.findall(question)]


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def named_fields(words: Iterable[str], names: Iterable[str]) -> list[str]:
    """Those whose whole name or last part is a word of the question, in the order of the words."""
    by_word: dict[str, str] = {}
    for name in names:
        for spelling in (name, name.rpartition(".")[2]):
            by_word.setdefault(_singular(spelling.lower()), name)
    # The everyday words for what Kubernetes' audit log calls otherwise.
    for everyday, proper in (("user", "username"), ("resource", "resource"), ("error", "reason"), ("who", "username")):
        if proper in by_word:
            by_word[everyday] = by_word[proper]
    return list(dict.fromkeys(by_word[word] for word in words if word in by_word))
