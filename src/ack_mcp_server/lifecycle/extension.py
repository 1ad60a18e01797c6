"""Further settings that a call gives as JSON text: read strictly, without secrets, of names that the API has."""

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.settings import Settings

Json = dict[str, Any]
_LONGEST = 64 * 1024
_DEEPEST = 32
_LARGEST = 1 << 63
_SECRETS = ("login_password", "key_pair", "user_ca", "password", "kms_encrypted_password")
# Each of these gives whoever says it the node, or a role of the account.
_PRIVILEGED = ("user_data", "pre_user_data", "ram_role_name", "worker_ram_role_name", "ram_policy")


def read_extension(text: str, settings: Settings, model: str) -> Json:
    """Held against the SDK's request `model`. Empty text is no settings. Raises InvalidInput, and NotEnabled for what
    needs --allow-privileged."""
    parsed = read_object(text, "extension", '{"a": {"b": 1}}')
    _check_names(parsed, settings)
    check_known(parsed, model)
    return parsed


def read_object(text: str, argument: str, example: str) -> Json:
    """One JSON object that every reader understands alike; empty text is an empty one. Raises InvalidInput."""
    if len(text) > _LONGEST:
        raise InvalidInput(f"{argument} is longer than {_LONGEST} characters", next_step="Leave out what is default.")
    try:
        parsed = json.loads(text.strip() or "{}", object_pairs_hook=_once, parse_constant=_no_number)
        _check_sendable(parsed, _DEEPEST)
    except (ValueError, RecursionError) as exc:
        raise InvalidInput(f"{argument} is not JSON ({str(exc)[:100]})", next_step=f"Send such as {example}.") from None
    if not isinstance(parsed, dict):
        raise InvalidInput(f"{argument} is not a JSON object", next_step=f"Send such as {example}.")
    return parsed


def _once(pairs: Sequence[tuple[str, Any]]) -> Json:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name is there twice")
    return dict(pairs)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _check_sendable(value: Any, depth: int) -> None:
    """1e999 is read as an infinity, and half surrogates as characters; neither can be sent. Raises ValueError."""
    if depth == 0:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    if isinstance(value, float | int) and not -_LARGEST < value < _LARGEST:  # NaN is not between
        raise ValueError("a number is too large")
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("a text holds half a surrogate pair")
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        _check_sendable(each, depth - 1)


def _check_names(parsed: Json, settings: Settings) -> None:
    names = {path.rpartition(".")[2]: path for path in shapes(parsed)}
    secret = [names[name] for name in _SECRETS if name in names]
    if secret:
        raise InvalidInput(
            f"{', '.join(secret)}: passwords and keys do not go through a model",
            next_step="Leave it out; a person sets it in the console.",
        )
    privileged = [names[name] for name in _PRIVILEGED if name in names]
    if privileged and not settings.allow_privileged:
        raise NotEnabled(
            f"{', '.join(privileged)} would give control of the nodes, or a role of the account",
            next_step="Leave it out; an operator may start the server with --allow-privileged.",
        )


def shapes(value: Any, at: str = "") -> dict[str, str]:
    """Of every name in it, whether an object, a list or a value is there."""
    if isinstance(value, list):
        return {path: shape for inner in value for path, shape in shapes(inner, at).items()}
    if not isinstance(value, Mapping):
        return {}
    found: dict[str, str] = {}
    for name, inner in value.items():
        path = f"{at}.{name}" if at else str(name)
        found |= {path: _shape(inner), **shapes(inner, path)}
    return found


def _shape(value: Any) -> str:
    return "object" if isinstance(value, Mapping) else "list" if isinstance(value, list) else "value"


def merged(base: Mapping[str, Any], extension: Mapping[str, Any], at: str = "") -> Json:
    """Both together. Raises InvalidInput where both say the same."""
    whole = dict(base)
    for name, value in extension.items():
        path = f"{at}{name}"
        if name not in whole:
            whole[name] = value
        elif isinstance(whole[name], dict) and isinstance(value, dict):
            whole[name] = merged(whole[name], value, f"{path}.")
        elif whole[name] != value:
            raise InvalidInput(
                f"{path} is said by an argument and, otherwise, by extension", next_step="Say it in one of them."
            )
    return whole


def check_known(fields: Mapping[str, Any], model: str) -> None:
    """The SDK's request drops what the API does not have. Raises InvalidInput."""
    action = model.removesuffix("Request")
    request = getattr(importlib.import_module("alibabacloud_cs20151215.models"), model)
    said = shapes(fields)
    try:
        known = shapes(request().from_map(dict(fields)).to_map())
    except (AttributeError, TypeError, ValueError):
        known = {}
    unknown = [path for path, shape in said.items() if known.get(path) != shape] or list(_misfits(fields, request))
    if unknown:
        raise InvalidInput(
            f"{action} has no such field, or one of another shape: {', '.join(map(shown, unknown[:5]))}",
            next_step="Use the names of the Container Service API, nested as there.",
        )


def _misfits(value: Any, declared: Any, at: str = "") -> Iterator[str]:
    """Paths of what is a list, an object or a flag (true or false) here or in the SDK's types, and not in both. Other
    values are the cloud's to judge."""
    if get_origin(declared) is list and isinstance(value, list):
        for each in value:
            yield from _misfits(each, get_args(declared)[0], at)
    elif hasattr(declared, "from_map") and isinstance(value, Mapping):
        types = get_type_hints(declared.__init__)
        for name, inner in value.items():
            yield from _misfits(inner, types.get(name, Any), f"{at}.{name}" if at else str(name))
    elif not _fits(value, declared):
        yield at


def _fits(value: Any, declared: Any) -> bool:
    if declared is bool:
        return isinstance(value, bool)
    if declared in (str, int, float):
        return not isinstance(value, list | Mapping)
    return get_origin(declared) is not list and not hasattr(declared, "from_map")
