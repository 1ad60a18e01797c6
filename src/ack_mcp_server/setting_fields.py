"""How a setting is declared: its type, unit and default, and where it may come from."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource

CLUSTER = "<cluster_id>"  # stands in a variable's name for the id of any cluster


def setting(default: Any, about: str, *, env: tuple[str, ...] = (), flags: tuple[str, ...] = (), **limits: Any) -> Any:
    """A field that is read from `flags` and from the variables `env`, the first of which is its main name."""
    return Field(
        default,
        description=about,
        validation_alias=AliasChoices(*(env or flags[:1])),
        json_schema_extra={"env": list(env), "flags": list(flags)},
        **limits,
    )


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
ByCluster = Annotated[Mapping[str, str], NoDecode]
"""Values of variables whose names end with a cluster's id, by that id."""


class PerClusterSource(PydanticBaseSettingsSource):
    """Collects `NAME_<cluster_id>` variables; `found` are all variables of one place."""

    def __init__(self, settings_cls: type[BaseSettings], found: EnvSettingsSource) -> None:
        super().__init__(settings_cls)
        self._found = found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        alias = field.validation_alias
        name = str(alias.choices[0]) if isinstance(alias, AliasChoices) else ""
        if not name.endswith(CLUSTER):
            return None, name, False
        prefix = name.removesuffix(CLUSTER)
        variables = self._found.env_vars.items()
        values = {each.removeprefix(prefix): value for each, value in variables if each.startswith(prefix) and value}
        return values or None, name, False

    def __call__(self) -> dict[str, Any]:
        fields = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in fields if value is not None}
