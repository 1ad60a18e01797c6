"""The bounds between which an autoscaler keeps a pool, beside the size that the pool has."""

from collections.abc import Mapping
from typing import Any

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.lifecycle.pool import Pool, counted


def autoscaled(pool: Pool, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Lines of a plan, where `body` speaks of autoscaling and it is on then. Raises InvalidInput for bounds that nobody
    said, or that are none."""
    wanted = body.get("auto_scaling")
    if not isinstance(wanted, dict):
        return ()
    now = pool.about.autoscaling.model_dump()
    then = {**now, **{name: value for name, value in wanted.items() if value is not None}}
    if then["enable"] is not True:
        return ()
    if not then["max_instances"] and "max_instances" not in wanted:
        raise InvalidInput(
            f"autoscaling needs max_size: none is set on {pool.title}, which has {counted(pool.there)}",
            next_step=f"Say max_size, and min_size (now {then['min_instances']}).",
        )
    return _told(pool, then["min_instances"], then["max_instances"])


def _told(pool: Pool, least: object, most: object) -> tuple[str, ...]:
    if type(least) is not int or type(most) is not int:
        return ()  # not our arguments but the extension's; the cloud says what it thinks of it
    if least > most:
        raise InvalidInput(
            f"min_size {least} is over max_size {most} of {pool.title}, which has {counted(pool.there)}",
            next_step="Say both min_size and max_size.",
        )
    bounds = f"  the autoscaler keeps {least} to {counted(most)}; {pool.there} are there now"
    if least <= pool.there <= most:
        return (bounds,)
    fate = "nodes may be taken away, with the pods on them" if pool.there > most else "nodes may be added"
    return (bounds, f"! {counted(pool.there)} are outside of {least}-{most}: {fate}")
