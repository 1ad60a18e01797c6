"""A prompt as data: what is asked, and the steps that lead to an answer. It names only tools that are on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

_TOOL = re.compile(r"`([a-z_]+)`")
_LONGEST_VALUE = 300
_MOST_NAMES = 5  # in an error


@dataclass(frozen=True, kw_only=True)
class Argument:
    name: str
    about: str
    required: bool = False


@dataclass(frozen=True)
class Step:
    """Its tools stand in backticks; `otherwise` is told where one of them is off, nothing when it is empty."""

    text: str
    otherwise: str = ""

    def told(self, on: Collection[str]) -> str:
        return next((text for text in (self.text, self.otherwise) if text and tools_in(text) <= set(on)), "")


@dataclass(frozen=True, kw_only=True)
class Job:
    """`needs` are the tools without which the job cannot be done at all. `{words}` of `asks` are its arguments."""

    name: str
    about: str
    asks: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    ends: str
    arguments: tuple[Argument, ...] = ()

    def is_possible(self, on: Collection[str]) -> bool:
        return set(self.needs) <= set(on)

    def check(self, values: Mapping[str, str]) -> None:
        """Raises InvalidInput for values that are missing and for names that the job does not have."""
        required = {each.name: " (required)" if each.required else "" for each in self.arguments}
        missing = [name for name, word in required.items() if word and not values.get(name, "").strip()]
        unknown = [shown(name) for name in values if name not in required]
        problems = [
            f"{what} {', '.join(names[:_MOST_NAMES])}"
            for what, names in (("lacks", missing), ("has no argument", unknown))
            if names
        ]
        if problems:
            takes = ", ".join(f"{name}{word}" for name, word in required.items())
            raise InvalidInput(f"the prompt {self.name} {'; it '.join(problems)}", next_step=f"It takes {takes}.")

    def text(self, values: Mapping[str, str], on: Collection[str]) -> str:
        """Values are quoted as one line each, so that none of them looks like a step."""
        given = {each.name: one_line(values.get(each.name, ""), _LONGEST_VALUE) for each in self.arguments}
        said = [f"- {name}: {value}" for name, value in given.items() if value]
        steps = [told for step in self.steps if (told := step.told(on))]
        numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
        return "\n".join([self.asks, *said, "", *numbered, "", self.ends])


def tools_in(text: str) -> set[str]:
    return set(_TOOL.findall(text))
