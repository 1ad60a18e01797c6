"""What answers cost a model: tokens (o200k) of what is said to this server, and of the answer that it makes of it.

`python -m benchmarks.answers` starts the sandbox and asks both ways.
"""

import asyncio

from tests.conftest import running_sandbox

from benchmarks.answers import kubectl, observability


async def main() -> None:
    with running_sandbox() as region:
        await kubectl.compare(region)
        await observability.compare(region)


if __name__ == "__main__":
    asyncio.run(main())
