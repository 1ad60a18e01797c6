"""The keys that the region accepts: who each belongs to and what it may do.

Every secret and token says DO-NOT-LEAK, so a test can look for it wherever it must not appear.
"""

from dataclasses import dataclass, field
from typing import Literal

from ack_sandbox.plan import MAIN_ACCOUNT, OTHER_ACCOUNT

KeyRole = Literal["administrator", "session", "expired-session", "no-permission", "other-tenant"]


@dataclass(frozen=True, kw_only=True)
class Key:
    role: KeyRole
    account: str
    principal: str  # the display name that an access-denied answer shows
    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    expired: bool = False
    permitted: bool = True

    def facts(self) -> dict[str, str | None]:
        return {
            "account": self.account,
            "access_key_id": self.access_key_id,
            "access_key_secret": self.access_key_secret,
            "security_token": self.security_token,
        }


ADMINISTRATOR = Key(
    role="administrator",
    account=MAIN_ACCOUNT,
    principal="administrator",
    access_key_id="LTAI5tSandboxAdmin000001",
    access_key_secret="administrator-secret-DO-NOT-LEAK",
)
SESSION = Key(
    role="session",
    account=MAIN_ACCOUNT,
    principal="on-call-role:sandbox",
    access_key_id="STS.NSandboxSession0000000001",
    access_key_secret="session-secret-DO-NOT-LEAK",
    security_token="CAISsandboxsession+DO-NOT-LEAK/token==",
)
EXPIRED_SESSION = Key(
    role="expired-session",
    account=MAIN_ACCOUNT,
    principal="on-call-role:yesterday",
    access_key_id="STS.NSandboxExpired0000000001",
    access_key_secret="expired-session-secret-DO-NOT-LEAK",
    security_token="CAISsandboxexpired+DO-NOT-LEAK/token==",
    expired=True,
)
NO_PERMISSION = Key(
    role="no-permission",
    account=MAIN_ACCOUNT,
    principal="287412345678901234",
    access_key_id="LTAI5tSandboxNoPolicy001",
    access_key_secret="no-permission-secret-DO-NOT-LEAK",
    permitted=False,
)
OTHER_TENANT = Key(
    role="other-tenant",
    account=OTHER_ACCOUNT,
    principal="administrator",
    access_key_id="LTAI5tSandboxTenantB0001",
    access_key_secret="other-tenant-secret-DO-NOT-LEAK",
)

KEYS = (ADMINISTRATOR, SESSION, EXPIRED_SESSION, NO_PERMISSION, OTHER_TENANT)
_BY_ID = {key.access_key_id: key for key in KEYS}


def find_key(access_key_id: str) -> Key | None:
    return _BY_ID.get(access_key_id)
