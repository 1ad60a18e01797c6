"""A key that is configured must be whole and of one piece.

Two families of variables name an AccessKey. Each is complete or absent, and its parts come from one place
(command line, environment, `.env`), so that the id of one key is never joined to the secret of another.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from ack_mcp_server.errors import ConfigurationError

COMMAND_LINE, ENVIRONMENT = "the command line", "the environment"


@dataclass(frozen=True, kw_only=True)
class KeyFamily:
    """Names of the variables; the first of each is the one that messages use."""

    id: tuple[str, ...]
    secret: tuple[str, ...]
    token: tuple[str, ...] = ()


FAMILIES = (
    KeyFamily(id=("ACCESS_KEY_ID",), secret=("ACCESS_KEY_SECRET", "ACCESS_SECRET_KEY")),
    KeyFamily(
        id=("ALIBABA_CLOUD_ACCESS_KEY_ID",),
        secret=("ALIBABA_CLOUD_ACCESS_KEY_SECRET",),
        token=("ALIBABA_CLOUD_SECURITY_TOKEN",),
    ),
)


_KEY_IDS = tuple(name for family in FAMILIES for name in family.id)
# The secrets that go to what a variable names; names of variables for one cluster begin with it.
_SENT_TO = {
    "CS_ENDPOINT": _KEY_IDS,
    "ARMS_ENDPOINT": _KEY_IDS,
    "SLS_ENDPOINT": _KEY_IDS,
    "PROMETHEUS_HTTP_API": ("PROMETHEUS_TOKEN",),
    "LOKI_URL": ("LOKI_TOKEN", "LOKI_PASSWORD"),
}


def is_sendable(text: str) -> bool:
    """Whether it can stand in an HTTP header: a key or token is printable ASCII without blanks."""
    return all("!" <= char <= "~" for char in text)


@dataclass(frozen=True)
class _Source:
    place: str
    values: Mapping[str, object]

    def has(self, names: tuple[str, ...]) -> bool:
        return any(self.values.get(name) for name in names)

    def names(self, variable: str) -> bool:
        """Whether it sets the variable, or the same for one cluster."""
        return any(
            value and (name == variable or name.startswith(f"{variable}_")) for name, value in self.values.items()
        )


def check_key_families(flags: Mapping[str, object], env_file: Path | None) -> None:
    """Raises ConfigurationError for half a key and for a key whose parts come from different places."""
    from_file = dotenv_values(env_file, encoding="utf-8") if env_file and env_file.is_file() else {}
    sources = [_Source(COMMAND_LINE, flags), _Source(ENVIRONMENT, os.environ), _Source(str(env_file), from_file)]
    for family in FAMILIES:
        _check(family, sources)
    _check_endpoints(sources)


def _check_endpoints(sources: list[_Source]) -> None:
    """A `.env` comes with a directory, which may be somebody else's: it must not decide where a key or token of the
    command line or the environment is sent."""
    *others, file = sources
    for endpoint, secrets in _SENT_TO.items():
        secret_from_elsewhere = any(source.has(secrets) for source in others)
        if secret_from_elsewhere and file.names(endpoint) and not any(source.names(endpoint) for source in others):
            raise ConfigurationError(
                f"an endpoint of another place: {endpoint} comes from {file.place}, the key does not",
                next_step=f"Set {endpoint} where the key is set.",
            )


def _check(family: KeyFamily, sources: list[_Source]) -> None:
    id_from, secret_from, token_from = (
        next((source for source in sources if source.has(names)), None)
        for names in (family.id, family.secret, family.token)
    )
    if id_from is None and secret_from is None and token_from is None:
        return
    if id_from is None or secret_from is None:
        raise _half(family, sources)
    if secret_from is not id_from and (secret_from.has(family.id) or id_from.has(family.secret)):
        raise _mixed(family.id[0], id_from, family.secret[0], secret_from)
    if token_from is not None and token_from is not secret_from:
        raise _mixed(family.secret[0], secret_from, family.token[0], token_from)


def _half(family: KeyFamily, sources: list[_Source]) -> ConfigurationError:
    parts = (family.id, family.secret, family.token)
    given = next(name for names in parts for name in names if any(source.has((name,)) for source in sources))
    missing = next(names[0] for names in parts if given not in names)
    # Who sets the token alone has the rest under the other family's names, where no token belongs to it.
    whole = ", ".join(names[0] for names in parts if names)
    is_token = given in family.token
    fix = f"Give a temporary (STS) key entirely as {whole}" if is_token else f"Set {missing} too"
    return ConfigurationError(f"half a key: {given} is set and {missing} is not", next_step=f"{fix}, or unset {given}.")


def _mixed(name: str, place: _Source, other: str, elsewhere: _Source) -> ConfigurationError:
    return ConfigurationError(
        f"parts of two keys: {name} comes from {place.place}, {other} from {elsewhere.place}",
        next_step="Give the whole key in one place.",
    )
