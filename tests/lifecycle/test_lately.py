"""A change that was sent is not sent again while the cloud may not show it yet."""

from datetime import UTC, datetime, timedelta

import pytest

from ack_mcp_server.errors import AckError, Conflict, DeadlineExceeded, Throttled
from ack_mcp_server.lifecycle.lately import SHOWN_AFTER, ClientTokens, Lately
from ack_mcp_server.services.cloud_errors import NotReached

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def sent(lately: Lately, failure: AckError | None = None, same: str = "same") -> None:
    with lately.once(same, "node pool np1", "list_cluster_tasks"):
        if failure:
            raise failure


@pytest.mark.parametrize("failure", [Throttled("no"), Conflict("no"), NotReached("no")])
def test_what_was_refused_or_never_arrived_may_be_sent_again(failure: AckError) -> None:
    lately = Lately(lambda: NOW, 30)
    with pytest.raises(type(failure)):
        sent(lately, failure)
    sent(lately)


def test_what_may_have_been_done_is_not_sent_again_for_a_while() -> None:
    at = [NOW]
    lately = Lately(lambda: at[0], 30)
    with pytest.raises(DeadlineExceeded):
        sent(lately, DeadlineExceeded("late"))
    with pytest.raises(Conflict, match="was not sent again"):
        sent(lately)
    sent(lately, same="another")
    at[0] += SHOWN_AFTER + timedelta(seconds=1)
    sent(lately)


def test_what_is_on_its_way_is_not_sent_beside_it_however_long_it_takes() -> None:
    at = [NOW]
    lately = Lately(lambda: at[0], 60)
    with lately.once("same", "node pool np1", "list_cluster_tasks"):
        at[0] += timedelta(seconds=59)
        with pytest.raises(Conflict):
            sent(lately)


def test_a_client_token_is_the_same_for_ten_minutes_from_the_first_call() -> None:
    at = [NOW + timedelta(minutes=9, seconds=59)]
    tokens = ClientTokens(lambda: at[0])
    first = tokens.of("same")
    at[0] += timedelta(minutes=9)
    assert tokens.of("same") == first != tokens.of("another")
    at[0] += timedelta(minutes=1)
    assert tokens.of("same") != first
