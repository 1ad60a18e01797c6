"""Tokens as GPT-4o and its successors count them (o200k)."""

import warnings
from functools import cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it loads its tables by a way that Python 3.11 deprecates
    import bpe_openai


@cache
def _encoding() -> Any:
    return bpe_openai.get_encoding("o200k_base")


_CHUNK = 200_000  # characters; the encoder takes so many tokens at once


def count_tokens(text: str) -> int:
    """Of a text of any size; at the seams of a very long one a token may count twice."""
    parts = (text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK))
    return sum(len(_encoding().encode(part)) for part in parts)
