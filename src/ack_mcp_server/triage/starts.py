"""How far the start of a pod has come: its init containers end one after the other, then the others begin."""

import re
from datetime import datetime, timedelta

from ack_mcp_server.kube.objects import NOTHING, Object, condition, dig, items, number, part, text, time_of
from ack_mcp_server.triage.containers import LONGEST_START_S, STARTING, allowed, runs_on, serving, spec_of

_WAITS = timedelta(minutes=5)  # what it waits for has started by then: as long as the startup probes of slow programs
_WORKS_S = 600  # loads, copies or migrates something: as long as a Deployment stands still before it is given up
_READ = 4096  # characters of a command that are looked at
_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")
_LOOP = re.compile(r"(?<![\w-])(?:until|while|for)\s.*?(?:\bdone\b|\Z)", re.S)
_NAMED = re.compile(r"(?<![a-z])wait(?:[-_4:]|for|ing|er|$)", re.I)
_WAITER = re.compile(  # programs that do nothing else
    r"(?<![\w-])(?:wait-for(?:-it)?(?:\.sh)?|wait4x|wait-on|wait-port)(?=\s|$)|(?<![\w-])-wait[ =](?:tcp|http|unix)"
    r"|\bkubectl\s(?:[^;&|\n]{0,200}\s)?(?:wait|rollout\s+status)\s"
)
_PROBE = re.compile(  # asks whether something answers, and keeps nothing of it
    r"/dev/(?:tcp|udp)/|\bcreate_connection\b|(?<![\w.-])(?:"
    r"(?:nc|ncat|netcat|telnet|curl|ping6?|nslookup|getent|dig|pg_isready|mysqladmin|grpcurl|grpc_health_probe)\s"
    r"|kubectl\s(?:[^;&|\n]{0,200}\s)?get\s|wget\s(?:[^;&\n]{0,200}\s)?(?:--spider|-[a-z]{0,4}O\s*(?:-|/dev/null))"
    r"|(?:redis-cli|mongo(?:sh)?)\s[^;\n]{0,200}\bping\b|(?:mysql|mariadb|psql)\s[^;\n]{0,200}\bselect\s+1\b)",
    re.I,
)
_LOAD = re.compile(  # a request whose answer is kept
    r"\b(?:curl|wget)(?=\s)[^;&\n]{0,300}?(?:\s-[fsSkLqnv]{0,8}[oO]\s*(?!-|/dev/null)\S|\s--remote-name\b"
    r"|\s--output(?:-document)?[ =](?!-|/dev/null)|>\s*(?!/dev/null|&)\S|\|\s*(?:tar|gunzip|unzip|zstd|sh|bash)\b)"
)
_REST = r"""(?=\s)(?:'[^']*+'|"[^"]*+"|\\\n|&(?=\w)|[^;&|\n'"]){0,300}?\s"""
_CHANGING = r"""["']?(?i:post|put|patch|delete)\b"""
_SEND = re.compile(  # a request that has something done
    rf"\bcurl{_REST}(?:-[fsSkLqnvgiIaGjJlMNOpRZ0246#]{{0,8}}(?:[dFT]|X[ =]?{_CHANGING})"
    rf"|--(?:data|json|upload-file|form)\b|--request[ =]{_CHANGING})"
    rf"|\bwget{_REST}--(?:post-data|post-file|method[ =]{_CHANGING})"
)
_END = re.compile(r"[;&\n})]\s*done\b")
_NO_WORK = re.compile(  # what may follow a loop that waits
    r"""(?:[\s;&|(){}'"]|\d?>+\s*(?:/dev/null|&\d)"""
    r"""|(?:fi|else|true|:|echo|printf|date|sleep|exit)(?![^\s;&|(){}'">])(?:"[^"]*+"|'[^']*+'|[^;&|\n"'])*+)*+"""
)


def current(pod: Object) -> Object:
    """The status of the init container that those after it wait for; empty when none is left."""
    statuses = items(pod, "status", "initContainerStatuses")
    return next((each for each in statuses if not _let_go(pod, each)), NOTHING)


def _let_go(pod: Object, status: Object) -> bool:
    """Whether the next may start: a sidecar is not waited for until its end."""
    if ended := part(status, "state", "terminated"):
        return number(ended, "exitCode") == 0
    return dig(status, "started") is True and runs_on(spec_of(pod, text(status, "name")))


def is_waited_for(pod: Object, status: Object) -> bool:
    """Whether it is this container's turn to start."""
    first = current(pod)
    return not first or text(first, "name") == text(status, "name")


def begun(pod: Object) -> datetime | None:
    """Since when what is to start now could: its node was found, and the init containers before it ended."""
    statuses = items(pod, "status", "initContainerStatuses")
    times = (
        time_of(pod, "metadata", "creationTimestamp"),
        time_of(condition(pod, "PodScheduled"), "lastTransitionTime"),
        *(time_of(each, "state", "terminated", "finishedAt") for each in statuses),
    )
    return max((at for at in times if at), default=None)


def command_of(container: Object) -> str:
    words = (*items(container, "command"), *items(container, "args"))
    return " ".join(map(str, words))[:_READ]


def patience(container: Object, deadline_s: int) -> timedelta:
    """How long an init container may run: as its Deployment says that has more than the usual time, and else one that
    only waits for something less than one that works."""
    if deadline_s > _WORKS_S:
        return timedelta(seconds=min(deadline_s, LONGEST_START_S))
    return _WAITS if _only_waits(container) else timedelta(seconds=_WORKS_S)


def _only_waits(container: Object) -> bool:
    """By its name, its program, or a loop that asks for a service and after which nothing comes: one around a download
    or a migration works."""
    name, image = text(container, "name"), text(container, "image").rpartition("/")[2]
    command = _COMMENT.sub("", command_of(container))
    if _NAMED.search(name[:_READ]) or _NAMED.search(image[:_READ]) or _WAITER.search(command):
        return True
    return _ends_with_its_loop(command) and any(map(_asks, _LOOP.findall(command)))


def _ends_with_its_loop(command: str) -> bool:
    *loops, rest = _END.split(command)
    return not loops or bool(_NO_WORK.fullmatch(rest))


def _asks(loop: str) -> bool:
    return bool(_PROBE.search(loop)) and not (_LOAD.search(loop) or _SEND.search(loop))


def is_starting(pod: Object, now: datetime, deadline_s: int = 0) -> bool:
    """Whether it is too early to expect it to serve."""
    init = current(pod)
    running = time_of(init, "state", "running", "startedAt")
    if running:
        return now - running < patience(spec_of(pod, text(init, "name")), deadline_s)
    since = begun(pod)
    delays = [allowed(each, begun=False) for each in serving(pod)]
    return bool(since and now - since < STARTING + max(delays, default=timedelta()))
