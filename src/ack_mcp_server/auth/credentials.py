"""An Alibaba Cloud key as a frozen value that shows itself only as a fingerprint."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """An AccessKey, or a temporary one with its STS token. Secrets are not part of its repr."""

    access_key_id: str = field(repr=False)
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        parts = (self.access_key_id, self.access_key_secret, self.security_token)
        # Lengths keep ("ab", "c") and ("a", "bc") apart.
        material = "\0".join(f"{len(part)}:{part}" for part in parts)
        digest = hashlib.sha256(b"ack-mcp-server credential\0" + material.encode()).hexdigest()
        object.__setattr__(self, "fingerprint", digest[:16])
