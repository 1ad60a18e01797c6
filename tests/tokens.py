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


def count_tokens(text: str) -> int:
    return len(_encoding().encode(text))
