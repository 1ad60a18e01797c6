"""The cluster's certificate authority: the server certificate clients verify, and client certificates that log in."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey
DECADE = timedelta(days=3650)
# Clients that compare with a clock of their own may run a little behind.
LEEWAY = timedelta(minutes=5)


@dataclass(frozen=True)
class KeyPair:
    certificate: x509.Certificate
    key: Key

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def _new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str, groups: tuple[str, ...] = ()) -> x509.Name:
    organizations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organizations, x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class Authority:
    name: str

    @cached_property
    def _root(self) -> KeyPair:
        key = _new_key()
        subject = _name(self.name, ("alibaba cloud",))
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = self._builder(subject, subject, key, datetime.now(UTC) + DECADE)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(usage, critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return KeyPair(builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256()), key)

    @property
    def certificate_pem(self) -> bytes:
        return self._root.certificate_pem

    def client(self, user: str, groups: tuple[str, ...], until: datetime) -> KeyPair:
        return self._issue(_name(user, groups), until, ExtendedKeyUsageOID.CLIENT_AUTH, None)

    def server_context(self) -> ssl.SSLContext:
        """A context for serving on loopback that asks for, but does not demand, a client certificate."""
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.DNSName("kubernetes"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        )
        pair = self._issue(_name("kube-apiserver"), datetime.now(UTC) + DECADE, ExtendedKeyUsageOID.SERVER_AUTH, names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_verify_locations(cadata=self.certificate_pem.decode())
        context.verify_mode = ssl.CERT_OPTIONAL
        with tempfile.TemporaryDirectory(prefix="ack-sandbox-") as directory:
            path = Path(directory, "server.pem")
            path.write_bytes(pair.key_pem + pair.certificate_pem)
            context.load_cert_chain(path)
        return context

    def _issue(
        self,
        subject: x509.Name,
        until: datetime,
        purpose: x509.ObjectIdentifier,
        names: x509.SubjectAlternativeName | None,
    ) -> KeyPair:
        key = _new_key()
        root = self._root
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        builder = self._builder(subject, root.certificate.subject, key, until)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return KeyPair(builder.sign(root.key, hashes.SHA256()), key)

    def _builder(self, subject: x509.Name, issuer: x509.Name, key: Key, until: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - LEEWAY)
            .not_valid_after(until)
        )
