"""The logs that tell most about a case: of the run before the crash, and of what runs and does not serve."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.objects import Object, items, name_of, part, text
from ack_mcp_server.triage.pods import Trouble, ended_at
from ack_mcp_server.triage.reading import read_log, within
from ack_mcp_server.triage.workloads import Case

_PODS = 2  # of one case and container; replicas fail alike
_CASES = 20  # the gravest


@dataclass(frozen=True)
class _Wanted:
    pod: Object
    container: str
    previous: bool

    @property
    def key(self) -> tuple[str, str, bool]:
        return name_of(self.pod), self.container, self.previous


async def with_logs(cases: list[Case], asked: Asked, seconds: float, missing: dict[str, str]) -> list[Case]:
    """The gravest cases with their logs. A log that is not there is no failure; that none can be read is one."""
    gravest = sorted(cases, key=lambda case: -case.severity)[:_CASES]
    wanted = [(case.ref, each) for case in gravest for each in _wanted(case)]
    logs: dict[object, dict[tuple[str, str, bool], tuple[str, ...]]] = {case.ref: {} for case in cases}

    async def read(ref: object, want: _Wanted) -> None:
        try:
            logs[ref][want.key] = await read_log(asked, want.pod, want.container, previous=want.previous)
        except Refusal as exc:
            if exc.code == 403:
                missing["logs"] = "forbidden by RBAC"
        except AckError as exc:
            missing["logs"] = f"{exc.code}: {exc.message}"

    names = ["logs"] * len(wanted)
    await within([read(ref, want) for ref, want in wanted], names, seconds, missing)
    return [replace(case, logs=logs[case.ref]) for case in cases]


def _wanted(case: Case) -> list[_Wanted]:
    found = [*_of_crashes(case), *_of_running(case), *_of_failed_jobs(case)]
    return list({each.key: each for each in found}.values())


def _of_crashes(case: Case) -> Iterable[_Wanted]:
    for trouble in _first_of_each_container(case.of("crash")):
        ended = "terminated" in part(trouble.status, "state")
        if trouble.restarts and not ended:
            yield _Wanted(trouble.pod, trouble.container, True)
        yield _Wanted(trouble.pod, trouble.container, False)


def _of_running(case: Case) -> Iterable[_Wanted]:
    for trouble in _first_of_each_container([*case.of("unready"), *case.unfinished]):
        yield _Wanted(trouble.pod, trouble.container, False)


def _of_failed_jobs(case: Case) -> Iterable[_Wanted]:
    if case.ref.kind != "job":
        return
    failed = [pod for pod in case.pods if text(pod, "status", "phase") == "Failed"]
    for pod in sorted(failed, key=lambda each: str(ended_at(each)), reverse=True)[:_PODS]:
        for container in items(pod, "spec", "containers")[:1]:
            yield _Wanted(pod, text(container, "name"), False)


def _first_of_each_container(troubles: Iterable[Trouble]) -> list[Trouble]:
    chosen: dict[str, list[Trouble]] = {}
    for trouble in sorted(troubles, key=lambda each: -each.restarts):
        same = chosen.setdefault(trouble.container, [])
        if len(same) < _PODS:
            same.append(trouble)
    return [trouble for same in chosen.values() for trouble in same]
