"""What a command printed, as an answer: next steps, and the line that names what is abnormal."""

import re

import pytest

from ack_mcp_server.answers.marks import MARK
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import CommandFailed
from ack_mcp_server.kube.abnormal import naming_abnormal
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.output import CommandOutput, answer_to
from ack_mcp_server.kube.parse import parse

STATUS = "rollout status deployment/basket -n shop --timeout=5s"
WAIT = "wait deployment/basket -n shop --for=condition=Available --timeout=3s"
LATE = "error: timed out waiting for the condition"


def next_step(text: str, *complaints: str) -> str:
    room = Room.of(0, "", budget=24_000, ceiling=200_000, call=())
    with pytest.raises(CommandFailed) as failed:
        answer_to(parse(text), Printed(complaints=list(complaints), exit_code=1), room)
    return failed.value.next_step


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        (STATUS, ['error: deployment "basket" exceeded its progress deadline']),
        (STATUS, [LATE]),
        (STATUS, ["Warning: v1 is deprecated", LATE, LATE]),
        (WAIT, [f"{LATE} on deployments/basket"]),
        ("wait --all pods --for=condition=Ready", [f"{LATE} on pods/basket-{each}" for each in range(200)]),
    ],
)
def test_what_is_not_there_in_time_is_no_fault_of_the_command(text: str, complaints: list[str]) -> None:
    assert next_step(text, *complaints).startswith("It is not there yet; describe")


@pytest.mark.parametrize(
    ("text", "complaints", "step"),
    [
        (STATUS, ["error: no status viewer has been implemented for Pod", LATE], "Correct the command"),
        (STATUS, ['Error from server (NotFound): deployments.apps "basket" not found'], "List what there is"),
        (WAIT, ['error: the server doesn\'t have a resource type "x"'], "Correct the command"),
        ("get pods", [LATE], "Correct the command"),
        (STATUS, [], "Correct the command"),
    ],
)
def test_what_else_fails_a_wait_keeps_its_next_step(text: str, complaints: list[str], step: str) -> None:
    assert next_step(text, *complaints).startswith(step)


def abnormal(number: int) -> str:
    rows = [
        f"shop       payment-api-6f9d8c7b5-x{each:03d}   0/1     CrashLoopBackOff   9          3h"
        for each in range(number)
    ]
    header = "NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE"
    return naming_abnormal(CommandOutput(stdout="\n".join([header, *rows]))).text().splitlines()[0]


@pytest.mark.parametrize("number", [18, 19, 29, 200])
def test_names_that_have_no_room_are_counted(number: int) -> None:
    line = abnormal(number)
    told = re.fullmatch(r"(.*) and (\d+) more\]", line)
    assert told, line
    names = told[1].removeprefix(f"{MARK}abnormal: ").split(", ")
    assert all(re.fullmatch(r"shop/payment-api-\w+-x\d{3} \(CrashLoopBackOff\)", name) for name in names)
    assert len(names) + int(told[2]) == number and len(names) > 10


def test_names_that_have_room_are_all_told() -> None:
    assert abnormal(5).count("CrashLoopBackOff") == 5 and "more" not in abnormal(5)
