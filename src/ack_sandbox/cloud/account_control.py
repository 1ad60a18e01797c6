"""The order `account` of the control endpoint: an account's balance and quotas."""

from collections.abc import Mapping
from dataclasses import dataclass

from ack_sandbox.cloud.account import QUOTAS
from ack_sandbox.cloud.faults.parameters import BadControlRequest, integer, parameter, read, text
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Json
from ack_sandbox.plan import MAIN_ACCOUNT

MOST = 1_000_000


@dataclass(frozen=True)
class AccountOrder:
    """What is not given stays as it is; `value` is of the quota that `quota` names."""

    account: str = parameter(text(), MAIN_ACCOUNT)
    balance: int | None = parameter(integer(-MOST, MOST), None)
    quota: str = parameter(text(), "")
    value: int | None = parameter(integer(0, MOST), None)


async def carry_out(store: CloudStore, given: Mapping[str, object]) -> Json:
    """The account as it is after the order. Raises BadControlRequest for anything but an order."""
    order = read(AccountOrder, given)
    account = store.account(order.account)
    if order.quota and (order.quota not in QUOTAS or order.value is None):
        raise BadControlRequest("a quota has one of these names, and a value", sorted(QUOTAS))
    if order.quota and order.value is not None:
        account.quotas[order.quota] = order.value
    if order.balance is not None:
        account.balance = order.balance
    return {"account": order.account, "balance": account.balance, "quotas": account.quotas}
