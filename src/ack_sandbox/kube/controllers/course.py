"""How a life of a container goes: when it is ready, when and why it ends, and what it writes."""

from dataclasses import dataclass, replace

from ack_sandbox.kube.controllers import commands, probes, settings
from ack_sandbox.kube.controllers.endpoints import ENDPOINTS, serves
from ack_sandbox.kube.controllers.plane import Plane, controller_of
from ack_sandbox.kube.logs import DEFAULT_SCRIPT, Script
from ack_sandbox.kube.objects import Object, dig, namespace_of
from ack_sandbox.kube.programs import Profile, Program, split
from ack_sandbox.kube.quantities import whole_bytes
from ack_sandbox.kube.usage import Usage

NOTHING = Program()
TASK_SECONDS = 8.0
TASK = Script(
    opening=("{ts} INFO starting",), steady=("{ts} INFO {n} rows done",), closing=("{ts} INFO done",), period=2
)
INIT_SECONDS = 1.0
KILLED = 137
TERMINATED = 143


@dataclass(frozen=True, kw_only=True)
class Course:
    ends: float | None = None  # seconds after the start; None is never
    exit_code: int = 0
    reason: str = "Completed"
    ready: float | None = 0.0  # seconds after the start; None is never
    unready: str = ""  # what the readiness probe says meanwhile
    unwell: str = ""  # what the liveness probe says before the container is killed
    script: Script = DEFAULT_SCRIPT
    usage: Usage | None = None


def course(plane: Plane, pod: Object, container: Object, *, init: bool = False) -> Course:
    image = str(container["image"])
    told = commands.outcome(container.get("command") or [], container.get("args") or [], image)
    if told is not None:
        return _commanded(pod, container, told, init=init)
    program = plane.images.program(image) or NOTHING
    failed = _failure(plane, pod, container, program)
    if failed is not None:
        return failed
    script, usage = _well(plane, image, program)
    if init or _is_task(pod):
        seconds = INIT_SECONDS if init else TASK_SECONDS
        return Course(ends=seconds, ready=None, script=TASK if script is DEFAULT_SCRIPT else script, usage=usage)
    return _serving(plane, pod, container, program, Course(script=script, usage=usage))


def _commanded(pod: Object, container: Object, told: commands.Outcome, *, init: bool) -> Course:
    script = Script(opening=told.lines)
    reason = "Error" if told.exit_code else "Completed"
    probed = probes.refusal(pod, container, "readinessProbe", listens=False)
    ready = None if init or probed else 0.0
    return Course(
        ends=told.seconds, exit_code=told.exit_code, reason=reason, ready=ready, unready=probed, script=script
    )


def _failure(plane: Plane, pod: Object, container: Object, program: Program) -> Course | None:
    """How the program ends for want of something; None when it has what it needs to go on."""
    script = program.trouble or DEFAULT_SCRIPT
    if program.exit_code is not None:
        return Course(ends=program.lives, exit_code=program.exit_code, reason="Error", ready=None, script=script)
    if program.settings:
        given = settings.variables(plane, pod, container)
        if not any(given.get(name) for name in program.settings):
            return Course(ends=program.lives, exit_code=1, reason="Error", ready=None, script=script)
    limit = whole_bytes(dig(container, "resources", "limits", "memory"))
    if program.memory and 0 < limit < program.memory:
        ready = probes.delay(container, "readinessProbe")
        usage = Usage(cpu=180, memory=int(limit * 0.96), swing=0.02)
        ended = Course(ends=program.lives, exit_code=KILLED, reason="OOMKilled", script=script)
        return replace(ended, ready=ready, usage=usage)
    return None


def _well(plane: Plane, image: str, program: Program) -> tuple[Script, Usage | None]:
    profile = plane.images.profiles.get(split(image)[0], Profile())
    return profile.script or DEFAULT_SCRIPT, program.usage or profile.usage


def _is_task(pod: Object) -> bool:
    return (controller_of(pod) or {}).get("kind") == "Job"


def _serving(plane: Plane, pod: Object, container: Object, program: Program, well: Course) -> Course:
    """A program that goes on, as its probes see it."""
    starting = program.trouble or well.script
    startup = max(program.startup, 0.0)
    patience = probes.patience(container)
    refused = probes.refusal(pod, container, "livenessProbe")
    if patience is not None and (refused or startup > patience):
        text = refused or probes.refusal(pod, container, "livenessProbe", listens=False)
        ready = None if startup > patience else probes.delay(container, "readinessProbe")
        ended = Course(ends=patience, exit_code=TERMINATED, reason="Error", script=starting if startup else well.script)
        return replace(ended, ready=ready, unwell=text)
    why = _unready(plane, pod, container, program)
    if why:
        return Course(ready=None, unready=why, script=starting, usage=well.usage)
    ready = max(startup, probes.delay(container, "readinessProbe"))
    return Course(ready=ready, script=well.script, usage=well.usage)


def _unready(plane: Plane, pod: Object, container: Object, program: Program) -> str:
    probe = container.get("readinessProbe")
    if not probe:
        return ""
    if not program.serves:
        return "Readiness probe failed: HTTP probe failed with statuscode: 500"
    asked = dig(probe, "httpGet", "path", default="")
    needed = program.backend if asked == program.path else ""
    if needed and not serves(plane.store.get(ENDPOINTS, namespace_of(pod), needed)):
        return "Readiness probe failed: HTTP probe failed with statuscode: 503"
    return probes.refusal(pod, container, "readinessProbe")
