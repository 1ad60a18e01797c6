"""Runs a region from the command line: one JSON line on stdout when it is ready, logs on stderr."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.listener import LOOPBACK
from ack_sandbox.fleet import serve_region
from ack_sandbox.plan import plan_region

LARGEST_SCALE = 1_000_000  # pods

logger = logging.getLogger("ack_sandbox")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(options))
    except OSError as error:
        logger.error("the region cannot open on port %s: %s", options.port, error)
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    plan = plan_region(options.seed, options.scale)
    async with serve_region(plan, Clock(), host=options.host, port=options.port, metrics=options.metrics) as region:
        sys.stdout.write(json.dumps(region.facts()) + "\n")
        sys.stdout.flush()
        if options.until_stdin_closes:
            threading.Thread(target=_await_end_of_stdin, args=(loop, stop), daemon=True).start()
        await stop.wait()


def _await_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # os.read and not sys.stdin: a thread inside sys.stdin holds its lock, and the interpreter then fails to exit.
    while os.read(0, 65536):
        pass
    loop.call_soon_threadsafe(stop.set)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ack_sandbox", description="A simulated Alibaba Cloud region on loopback.")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same region (default: 1)")
    parser.add_argument("--port", type=_port, default=0, help="port on loopback (default: any free one)")
    parser.add_argument("--host", type=_host, default=LOOPBACK, help=f"{LOOPBACK}, the only one allowed")
    parser.add_argument("--scale", type=_scale, default=None, help="pods that production should hold")
    parser.add_argument(
        "--metrics",
        choices=("auto", "prometheus", "subset"),
        default="auto",
        help="what answers PromQL; auto takes prometheus where it is on the PATH (default: auto)",
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help="quit when stdin reaches its end")
    return parser


def _host(text: str) -> str:
    if text != LOOPBACK:
        raise argparse.ArgumentTypeError(f"the sandbox listens on {LOOPBACK} only")
    return text


def _port(text: str) -> int:
    return _integer(text, 0, 65535)


def _scale(text: str) -> int:
    return _integer(text, 1, LARGEST_SCALE)


def _integer(text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer from {low} to {high}")
    return number
