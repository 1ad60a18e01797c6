"""The commands that a container has. Anything else is not found, as in an image that holds little."""

from collections.abc import Callable
from dataclasses import dataclass

from ack_sandbox.kube.shell.inside import DIRECTORIES, Inside

NOT_FOUND = 127


@dataclass(frozen=True)
class Result:
    stdout: str = ""
    stderr: str = ""
    code: int = 0
    seconds: float = 0.0  # how long it takes
    missing: bool = False  # there is no such program
    echoes: bool = False  # it writes what it reads


Command = Callable[[Inside, list[str]], Result]


def run(inside: Inside, words: list[str]) -> Result:
    command = COMMANDS.get(words[0].removeprefix("/bin/").removeprefix("/usr/bin/"))
    return command(inside, words[1:]) if command else Result(code=NOT_FOUND, missing=True)


def _env(inside: Inside, words: list[str]) -> Result:
    found = inside.environment()
    if not words:
        return Result("".join(f"{name}={value}\n" for name, value in found.items()))
    known = [found[name] for name in words if name in found]
    return Result("".join(f"{value}\n" for value in known), code=int(len(known) < len(words)))


def _cat(inside: Inside, words: list[str]) -> Result:
    if not words or words == ["-"]:
        return Result(echoes=True)
    files = inside.files()
    lost = [name for name in words if name not in files]
    told = "".join(f"cat: can't open '{name}': No such file or directory\n" for name in lost)
    return Result("".join(files[name] for name in words if name in files), told, int(bool(lost)))


def _ls(inside: Inside, words: list[str]) -> Result:
    places = [each for each in words if not each.startswith("-")] or ["/"]
    made, told = "", ""
    for place in places:
        names = _names(inside, place.rstrip("/"))
        if names is None:
            told += f"ls: {place}: No such file or directory\n"
        else:
            made += "".join(f"{name}\n" for name in names)
    return Result(made, told, int(bool(told)))


def _names(inside: Inside, place: str) -> list[str] | None:
    files = inside.files()
    if place in files:
        return [place]
    below = {path.removeprefix(f"{place}/").partition("/")[0] for path in files if path.startswith(f"{place}/")}
    if not place:
        return sorted({*below, *DIRECTORIES})
    return sorted(below) if below or place.lstrip("/") in DIRECTORIES else None


def _ps(inside: Inside, words: list[str]) -> Result:
    rows = [*inside.processes(), (42, " ".join(["ps", *words]))]
    user = "root" if inside.user == 0 else str(inside.user)
    lines = [f"{number:>5} {user:<8} 0:00 {text}" for number, text in rows]
    return Result("\n".join(["PID   USER     TIME  COMMAND", *lines]) + "\n")


def _df(inside: Inside, words: list[str]) -> Result:
    head = "Filesystem                Size      Used Available Use% Mounted on"
    rows = [
        "overlay                 117.9G     41.3G     71.6G  37% /",
        "tmpfs                    64.0M         0     64.0M   0% /dev",
    ]
    return Result("\n".join([head, *rows]) + "\n")


def _id(inside: Inside, words: list[str]) -> Result:
    number = inside.user
    name = "(root)" if number == 0 else ""
    return Result(f"uid={number}{name} gid={number}{name}\n")


def _whoami(inside: Inside, words: list[str]) -> Result:
    if inside.user == 0:
        return Result("root\n")
    return Result(stderr=f"whoami: unknown uid {inside.user}\n", code=1)


def _date(inside: Inside, words: list[str]) -> Result:
    return Result(inside.now.strftime("%a %b %e %H:%M:%S UTC %Y\n"))


def _sleep(inside: Inside, words: list[str]) -> Result:
    units = {"s": 1, "m": 60, "h": 3600}
    text = words[0] if words else ""
    try:
        return Result(seconds=float(text.rstrip("smh")) * units.get(text[-1:], 1))
    except ValueError:
        return Result(stderr=f"sleep: invalid number '{text}'\n", code=1)


def _echo(inside: Inside, words: list[str]) -> Result:
    return Result(" ".join(words) + "\n")


COMMANDS: dict[str, Command] = {
    "cat": _cat,
    "date": _date,
    "df": _df,
    "echo": _echo,
    "env": _env,
    "false": lambda inside, words: Result(code=1),
    "hostname": lambda inside, words: Result(f"{inside.name}\n"),
    "id": _id,
    "ls": _ls,
    "printenv": _env,
    "ps": _ps,
    "pwd": lambda inside, words: Result("/\n"),
    "sleep": _sleep,
    "true": lambda inside, words: Result(),
    "uname": lambda inside, words: Result("Linux\n"),
    "whoami": _whoami,
}
