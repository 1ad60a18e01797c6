"""Compares a JSON answer with the SDK's model of it: which fields the model knows, and of which type each is."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

SCALARS = {str: (str,), int: (int,), bool: (bool,), float: (int, float)}


def differences(value: Any, hint: Any, path: str = "$") -> Iterator[str]:
    """What in `value` the model would not know, or would take for something else."""
    if value is None or hint is Any:
        return
    origin = get_origin(hint)
    if origin is list:
        yield from _in_list(value, get_args(hint)[0], path)
    elif origin is dict:
        yield from _in_dict(value, get_args(hint)[1], path)
    elif hint in SCALARS:
        if not isinstance(value, SCALARS[hint]) or (isinstance(value, bool) and hint is not bool):
            yield f"{path} is {value!r}, not a {hint.__name__}"
    else:
        yield from _in_model(value, hint, path)


def wire_fields(model: Any) -> dict[str, Any]:
    """The model's fields by their names on the wire, which `to_map` alone tells."""
    hints = {name: hint for name, hint in get_type_hints(model.__init__).items() if name != "return"}
    known = {_plain(name): hint for name, hint in hints.items()}
    written = re.findall(r"\('(\w+)'\)", inspect.getsource(model.from_map))
    return {name: known[_plain(name)] for name in written if _plain(name) in known}


def _in_list(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} is not a list"
        return
    for index, one in enumerate(value):
        yield from differences(one, item, f"{path}[{index}]")


def _in_dict(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    for name, one in value.items():
        yield from differences(one, item, f"{path}.{name}")


def _in_model(value: Any, model: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    fields = wire_fields(model)
    for name, one in value.items():
        if name not in fields:
            yield f"{path}.{name} is unknown to {model.__name__}"
        else:
            yield from differences(one, fields[name], f"{path}.{name}")


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
