"""What of the dictionary is about a kind of resource and a category."""

from dataclasses import dataclass

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.prometheus.guidance.dictionary import About, Dictionary, Metric, Rule
from ack_mcp_server.services.prometheus.guidance.vocabulary import vocabulary

ALL = "all"
_LONGEST = 100  # characters of what can name something


@dataclass(frozen=True)
class Choice:
    """`resource` and `category` as the dictionary names them, or `all`."""

    resource: str
    category: str
    metrics: tuple[Metric, ...]
    rules: tuple[Rule, ...]


def choose(known: Dictionary, resource: str, category: str) -> Choice:
    """Plurals and short names are taken, too. Raises InvalidInput, which names what there is."""
    of_resource = _named(resource, known.resources, "kind of resource")
    of_category = _named(category, known.categories, "category")

    def fits(about: About) -> bool:
        return of_resource in (ALL, *about.resources) and of_category in (ALL, *about.categories)

    metrics = tuple(each for each in known.metrics if fits(each.about))
    rules = tuple(each for each in known.rules if fits(each.about))
    return Choice(of_resource, of_category, metrics, rules)


def categories_of(known: Dictionary, resource: str) -> tuple[str, ...]:
    found = (about for about in known.abouts if resource in about.resources)
    return tuple(sorted({name for about in found for name in about.categories}))


def _named(text: str, known: tuple[str, ...], what: str) -> str:
    word = text.strip().lower() or ALL
    terms = sorted(vocabulary().terms(word)) if len(word) <= _LONGEST else []
    found = next((name for name in (word, *terms) if name in (ALL, *known)), "")
    if found:
        return found
    raise InvalidInput(
        f"{shown(text)} is no {what} of the dictionary", next_step=f"Use {ALL} or one of {', '.join(known)}."
    )
