"""Items of two lists brought together: by the fields that tell them apart where they have some, else by their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ports": (("containerPort", "protocol"), ("port", "protocol"), ("containerPort",), ("port",), ("name",)),
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "hostAliases": (("ip",),),
    "ownerReferences": (("uid",),),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "conditions": (("type",),),
    "imagePullSecrets": (("name",),),
}
_ANY = (("name",),)


@dataclass(frozen=True)
class Pairs:
    """Places in both lists, -1 where there is none; `fields` name the items, if anything does."""

    places: tuple[tuple[int, int], ...]
    fields: tuple[str, ...] = ()
    reordered: bool = False


def paired(name: str, old: Sequence[object], new: Sequence[object]) -> Pairs:
    """Of the lists of that name. New items come last."""
    for fields in _KEYS.get(name, _ANY):
        before, after = _known(old, fields), _known(new, fields)
        if before is not None and after is not None:
            common = [known for known in before if known in after]
            places = [(place, after.get(known, -1)) for known, place in before.items()]
            places += [(-1, place) for known, place in after.items() if known not in before]
            return Pairs(tuple(places), fields, common != [known for known in after if known in before])
    length = max(len(old), len(new))
    return Pairs(tuple((_place(at, old), _place(at, new)) for at in range(length)))


def _place(at: int, items: Sequence[object]) -> int:
    return at if at < len(items) else -1


def _known(items: Sequence[object], fields: tuple[str, ...]) -> dict[tuple[object, ...], int] | None:
    """Places by the values of these fields; None when they do not tell the items apart."""
    places: dict[tuple[object, ...], int] = {}
    for place, item in enumerate(items):
        values = tuple(item.get(field) for field in fields) if isinstance(item, dict) else ()
        if not values or any(not isinstance(value, str | int) for value in values):
            return None
        places[values] = place
    return places if len(places) == len(items) else None
