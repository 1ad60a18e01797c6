"""aiohttp, imported with the first request: it takes a tenth of a second, which the start of a server does without."""

import asyncio
import importlib
import sys

_NAME = "aiohttp"


async def loaded() -> None:
    """In a thread, so that others are answered meanwhile."""
    if _NAME not in sys.modules:
        await asyncio.to_thread(importlib.import_module, _NAME)
