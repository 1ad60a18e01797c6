"""Whose key a request acts with: its own headers, else the server's settings, else the SDK's default chain."""

from dataclasses import dataclass

from ack_mcp_server.auth.chain import SEND_KEY, CredentialChain
from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.auth.headers import RequestHeaders
from ack_mcp_server.errors import Unauthenticated
from ack_mcp_server.settings import Settings

_BESIDE = (
    "Use kubectl's tools with it; for the cloud's tools leave X-Kubeconfig out, or send a key of your own with it."
)


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who acts in the cloud, and in which region when the call names no cluster."""

    credentials: Credentials
    region: str


def configured(settings: Settings) -> Credentials | None:
    """The key of the server's settings; ACCESS_KEY_* before ALIBABA_CLOUD_*."""
    if settings.access_key_id:
        return Credentials(
            access_key_id=settings.access_key_id,
            access_key_secret=settings.access_key_secret.get_secret_value(),
        )
    if settings.alibaba_access_key_id:
        return Credentials(
            access_key_id=settings.alibaba_access_key_id,
            access_key_secret=settings.alibaba_access_key_secret.get_secret_value(),
            security_token=settings.alibaba_security_token.get_secret_value(),
        )
    return None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One request's claim to a key; nothing is resolved until a call needs it."""

    headers: RequestHeaders
    settings: Settings
    chain: CredentialChain

    @property
    def brings_key(self) -> bool:
        return self.headers.credentials is not None

    @property
    def fingerprint(self) -> str:
        """Of the key that the request brings; "-" while only the server's own could be used."""
        return self.headers.credentials.fingerprint if self.headers.credentials else "-"

    def check_brings_required_key(self) -> None:
        """Raises Unauthenticated for a request without a key on a server that wants one from each."""
        if self.settings.headers_only and not self.brings_key:
            raise Unauthenticated("this server acts only with a key that the request brings", next_step=SEND_KEY)

    async def principal(self) -> Principal:
        """Raises Unauthenticated when there is no key, or when only the request's own would do."""
        return Principal(credentials=await self._credentials(), region=self.headers.region or self.settings.region)

    async def _credentials(self) -> Credentials:
        if self.headers.credentials is not None:
            return self.headers.credentials
        self.check_brings_required_key()
        if self.headers.kubeconfig is not None:
            raise Unauthenticated(
                "a request that brings a kubeconfig does not act with the server's own key", next_step=_BESIDE
            )
        return configured(self.settings) or await self.chain.credentials()
