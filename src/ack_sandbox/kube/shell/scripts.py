"""`sh -c`: commands one after the other, with `;`, `&&`, `||`, variables and `exit`."""

import re
import shlex
from collections.abc import Iterator

from ack_sandbox.kube.shell.commands import NOT_FOUND, Result, run
from ack_sandbox.kube.shell.inside import Inside

SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
BETWEEN = (";", "&&", "||")
# Errors keep their own channel, wherever they are sent.
REDIRECTED = re.compile(r"\s*2>\s*(&1|/dev/null)")


def steps(inside: Inside, words: list[str], given: str = "") -> Iterator[Result]:
    """What each command does, in turn; the code of the last is that of the whole. `given` is a shell's own input."""
    if words[0] not in SHELLS:
        yield run(inside, words)
        return
    rest = [each for each in words[1:] if each not in ("-i", "-l", "-e")]
    script = rest[1] if rest[:1] in (["-c"], ["-ec"], ["-lc"]) and len(rest) > 1 else given
    yield from _script(inside, script, words[0].rpartition("/")[2])


def reads_script(words: list[str]) -> bool:
    """Whether a shell is asked for that takes its commands from its input."""
    return words[0] in SHELLS and not any(each in ("-c", "-ec", "-lc") for each in words)


def _script(inside: Inside, script: str, shell: str) -> Iterator[Result]:
    code = 0
    for operator, words in _commands(inside, script):
        if (operator == "&&" and code != 0) or (operator == "||" and code == 0):
            continue
        if words[0] == "exit":
            yield Result(code=int(words[1]) if words[1:] and words[1].isdigit() else code)
            return
        found = run(inside, words)
        if found.missing:
            found = Result(stderr=f"{shell}: {words[0]}: not found\n", code=NOT_FOUND)
        code = found.code
        yield found


def _commands(inside: Inside, script: str) -> Iterator[tuple[str, list[str]]]:
    plain = REDIRECTED.sub("", script.replace("\n", ";"))
    lexer = shlex.shlex(_filled(inside, plain), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    operator, words = ";", list[str]()
    for token in lexer:
        if token in BETWEEN or set(token) == {";"}:
            if words:
                yield operator, words
            operator, words = (token if token in BETWEEN else ";"), []
        else:
            words.append(token)
    if words:
        yield operator, words


def _filled(inside: Inside, script: str) -> str:
    known = inside.environment()
    return re.sub(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?", lambda found: known.get(found[1], ""), script)
