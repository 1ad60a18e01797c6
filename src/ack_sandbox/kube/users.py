"""Who a request comes from: bearer tokens and client certificates, valid until the clock passes their expiry."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID

from ack_sandbox.clock import Clock
from ack_sandbox.kube.authority import Authority, KeyPair
from ack_sandbox.kube.status import unauthorized


@dataclass(frozen=True)
class User:
    name: str
    groups: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()


GROUPS = {"admin": ("system:masters",), "kubernetes-admin": ("system:masters",)}
DEFAULT_GROUPS = ("system:users",)
AUTHENTICATED = "system:authenticated"
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
CREDENTIAL_ID = "authentication.kubernetes.io/credential-id"


def _groups(name: str) -> tuple[str, ...]:
    return (*GROUPS.get(name, DEFAULT_GROUPS), AUTHENTICATED)


@dataclass
class Users:
    clock: Clock
    authority: Authority
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    _certificates: dict[int, datetime] = field(default_factory=dict, repr=False)

    def token(self, name: str, valid: timedelta) -> tuple[str, datetime]:
        value = secrets.token_urlsafe(32)
        expires = (self.clock.now() + valid).replace(microsecond=0)
        self._tokens[value] = (name, expires)
        return value, expires

    def certificate(self, name: str, valid: timedelta) -> tuple[KeyPair, datetime]:
        expires = (self.clock.now() + valid).replace(microsecond=0)
        # TLS compares with the machine's clock, which may be ahead of the region's: the region's expiry is kept here.
        until = max(expires, datetime.now(UTC) + valid)
        pair = self.authority.client(name, GROUPS.get(name, DEFAULT_GROUPS), until)
        self._certificates[pair.certificate.serial_number] = expires
        return pair, expires

    def revoke_issued(self) -> None:
        """What was issued so far is refused from now on."""
        self._tokens.clear()
        self._certificates = dict.fromkeys(self._certificates, self.clock.now())

    def authenticate(self, authorization: str, peer: bytes | None) -> User:
        """The user of a request; no credentials at all is the anonymous user, wrong or expired ones are refused."""
        if peer is not None:
            return self._by_certificate(peer)
        if not authorization:
            return ANONYMOUS
        scheme, _, value = authorization.partition(" ")
        found = self._tokens.get(value.strip()) if scheme.lower() == "bearer" else None
        if found is None or self.clock.now() >= found[1]:
            raise unauthorized()
        return User(found[0], _groups(found[0]))

    def _by_certificate(self, encoded: bytes) -> User:
        certificate = x509.load_der_x509_certificate(encoded)
        expires = self._certificates.get(certificate.serial_number, certificate.not_valid_after_utc)
        if self.clock.now() >= expires:
            raise unauthorized()
        subject = certificate.subject
        name = str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        groups = tuple(str(each.value) for each in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME))
        identity = "X509SHA256=" + hashlib.sha256(encoded).hexdigest()
        return User(name, (*groups, AUTHENTICATED), ((CREDENTIAL_ID, identity),))
