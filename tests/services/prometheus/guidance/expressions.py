"""Every expression of the dictionary, by what it is for."""

from ack_mcp_server.services.prometheus.guidance.dictionary import dictionary

EXPRESSIONS = {
    **{each.name: each.expression for each in dictionary().rules},
    **{each.question: each.expression for each in dictionary().recipes},
}
