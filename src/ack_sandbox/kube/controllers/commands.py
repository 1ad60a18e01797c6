"""What a command of a pod does, for the few commands that people use to try something out."""

import re
import shlex
from dataclasses import dataclass

SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash")
# Images whose own program is a shell, which ends at once without a terminal.
SHELL_IMAGES = ("alpine", "busybox", "debian", "ubuntu")
FOREVER = ("infinity", "inf")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Outcome:
    """How long a command runs, in seconds (None is forever), with which code it ends, and what it prints."""

    seconds: float | None = 0.0
    exit_code: int = 0
    lines: tuple[str, ...] = ()


def outcome(command: list[str], args: list[str], image: str) -> Outcome | None:
    """What the command does, or None when only the image's program could tell."""
    words = [*command, *args]
    if not words:
        shell = image.rpartition("/")[2].partition(":")[0] in SHELL_IMAGES
        return Outcome() if shell else None
    if words[0] in SHELLS and len(words) >= 3 and words[1] in ("-c", "-ec", "-exc"):
        return _script(words[2])
    return _run(words, Outcome())


def _script(text: str) -> Outcome | None:
    found = Outcome()
    for part in re.split(r";|&&|\n", text):
        try:
            words = shlex.split(part)
        except ValueError:
            return None
        if not words:
            continue
        done = _run(words, found)
        if done is None or done.seconds is None or words[0] == "exit":
            return done
        found = done
    return found


def _run(words: list[str], before: Outcome) -> Outcome | None:
    name, rest = words[0].rpartition("/")[2], words[1:]
    if name == "sleep":
        return _sleep(rest, before)
    if name == "echo":
        return Outcome(before.seconds, 0, (*before.lines, " ".join(rest)))
    if name in ("true", "false", ":"):
        return Outcome(before.seconds, int(name == "false"), before.lines)
    if name == "exit":
        code = int(rest[0]) if rest and rest[0].isdigit() else before.exit_code
        return Outcome(before.seconds, code, before.lines)
    return None


def _sleep(rest: list[str], before: Outcome) -> Outcome | None:
    if rest and rest[0] in FOREVER:
        return Outcome(None, 0, before.lines)
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", rest[0]) if rest else None
    if found is None or before.seconds is None:
        return None
    return Outcome(before.seconds + float(found[1]) * UNITS[found[2]], 0, before.lines)
