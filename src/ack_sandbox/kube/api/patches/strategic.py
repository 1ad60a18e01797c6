"""Strategic merge patch: lists with a merge key are merged item by item, and directives say what is otherwise done."""

from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.schema import ANYTHING, Schema
from ack_sandbox.kube.status import ApiError, bad_request

ORDER = "$setElementOrder/"
DELETE = "$deleteFromPrimitiveList/"
RETAIN = "$retainKeys"
DIRECTIVE = "$patch"


def apply(schema: Schema, document: Object, patch: Object) -> Object:
    """Raises an ApiError with code 400 or 422 for a patch that is malformed."""
    if patch.get(DIRECTIVE) == "delete":
        return {}
    if patch.get(DIRECTIVE) == "replace":
        return {name: value for name, value in patch.items() if name != DIRECTIVE}
    if patch.get(DIRECTIVE, "merge") != "merge":
        raise bad_request(f"unrecognized type of patch directive: {patch[DIRECTIVE]}")
    made = _retained(document, patch)
    for name, value in patch.items():
        if not name.startswith("$"):
            _set(made, schema.field(name) or ANYTHING, name, value, patch)
    for name, value in patch.items():
        if name.startswith((ORDER, DELETE)):
            _lists(made, schema, name, value, patch)
    return made


def _retained(document: Object, patch: Object) -> Object:
    """With `$retainKeys`, only the fields that it names are kept."""
    if RETAIN not in patch:
        return dict(document)
    kept = patch[RETAIN]
    if not isinstance(kept, list) or any(name not in kept for name in patch if not name.startswith("$")):
        raise bad_request("$retainKeys directive is malformed: it must list every field that the patch sets")
    return {name: value for name, value in document.items() if name in kept}


def _set(made: Object, schema: Schema, name: str, value: Any, patch: Object) -> None:
    if value is None:
        made.pop(name, None)
    elif isinstance(value, dict):
        live = made.get(name)
        made[name] = apply(schema, live if isinstance(live, dict) else {}, value)
    elif isinstance(value, list):
        live = made.get(name)
        made[name] = _list(schema, live if isinstance(live, list) else [], value)
        _ordered(made, schema, name, patch.get(ORDER + name))
    else:
        made[name] = value


def _list(schema: Schema, live: list[Any], patch: list[Any]) -> list[Any]:
    if "merge" not in schema.strategies:
        return [_bare(each) for each in patch]
    if not schema.merge_key:
        return live + [each for each in patch if each not in live]
    if any(not isinstance(each, dict) for each in patch):
        raise bad_request(f"invalid patch: items of a list merged by {schema.merge_key} must be objects")
    if any(each.get(DIRECTIVE) == "replace" for each in patch):
        return [each for each in patch if each.get(DIRECTIVE) != "replace"]
    made = list(live)
    for each in patch:
        _item(schema, made, each)
    return made


def _bare(value: Any) -> Any:
    """A value without directives, where nothing is merged."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _bare(each) for name, each in value.items() if not name.startswith("$") and each is not None}


def _item(schema: Schema, made: list[Any], patch: Object) -> None:
    key = schema.merge_key
    if key not in patch:
        text = f"map: {_go(patch)} does not contain declared merge key: {key}"
        raise ApiError(500, text, reason="InternalError")
    at = next((index for index, each in enumerate(made) if each.get(key) == patch[key]), None)
    if patch.get(DIRECTIVE) == "delete":
        made[:] = [each for each in made if each.get(key) != patch[key]]
    elif at is None:
        made.append(apply(schema.item, {}, patch))
    else:
        made[at] = apply(schema.item, made[at], patch)


def _go(value: Object) -> str:
    return "map[" + " ".join(f"{name}:{value[name]}" for name in sorted(value)) + "]"


def _lists(made: Object, schema: Schema, directive: str, value: Any, patch: Object) -> None:
    if not isinstance(value, list):
        raise bad_request(f"expected a list for directive {directive}")
    name = directive.partition("/")[2]
    if directive.startswith(DELETE):
        made[name] = [each for each in made.get(name) or [] if each not in value]
    elif name not in patch and name in made:
        _ordered(made, schema.field(name) or ANYTHING, name, value)


def _ordered(made: Object, schema: Schema, name: str, order: Any) -> None:
    """Items in the order of the patch; those that it does not name stay between the neighbours they had."""
    if not isinstance(order, list) or not isinstance(made.get(name), list):
        return
    key = schema.merge_key
    wanted = [each.get(key) if isinstance(each, dict) else each for each in order]
    items = made[name]

    def value_of(item: Any) -> Any:
        return item.get(key) if isinstance(item, dict) else item

    named = sorted((each for each in items if value_of(each) in wanted), key=lambda each: wanted.index(value_of(each)))
    others = [each for each in items if value_of(each) not in wanted]
    made[name] = _interleaved(named, others, items)


def _interleaved(named: list[Any], others: list[Any], live: list[Any]) -> list[Any]:
    made: list[Any] = []
    while named and others:
        made.append((others if live.index(others[0]) < live.index(named[0]) else named).pop(0))
    return made + named + others
