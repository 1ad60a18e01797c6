"""Native answers are kubectl's own, byte for byte: both ways run against the same API server."""

import json
import re
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.conftest import needs
from tests.kube.native.conftest import Cluster, Said

COMMANDS = [
    (case["cluster"], case["command"], case.get("since", ""))
    for file in sorted(Path(__file__).parent.glob("commands_*.json"))
    for case in json.loads(file.read_text())
]
EVERY = 5
# Each starts a kubectl: every fifth command is enough to notice, the others run in CI.
CASES = [
    pytest.param(*case, marks=[pytest.mark.slow] if number % EVERY else [], id=case[1])
    for number, case in enumerate(COMMANDS)
]
_TRIES = 3  # an age may tick between the two

pytestmark = needs("kubectl")


def test_there_are_enough_of_them() -> None:
    assert len(COMMANDS) >= 300


@lru_cache
def version() -> tuple[int, ...]:
    """Of the kubectl on the PATH."""
    told = subprocess.run(["kubectl", "version", "--client", "-o", "json"], capture_output=True, check=True)
    number = json.loads(told.stdout)["clientVersion"]["gitVersion"]
    return tuple(int(part) for part in re.findall(r"\d+", number)[:2])


@pytest.mark.parametrize(("role", "command", "since"), CASES)
async def test_a_native_answer_is_kubectls_own(
    cluster: Callable[[str], Cluster], role: str, command: str, since: str
) -> None:
    """`since`: an older kubectl prints it in another way."""
    if since and version() < tuple(map(int, since.split("."))):
        return
    for _ in range(_TRIES):
        ours, theirs = await cluster(role).natively(command), await cluster(role).by_kubectl(command)
        if ours == theirs:
            return
    assert ours is not None, "left to kubectl"
    _same(ours, theirs)


def _same(ours: Said, theirs: Said) -> None:
    assert ours.stderr == theirs.stderr
    assert ours.stdout == theirs.stdout
    assert ours.exit_code == theirs.exit_code
