"""The certificate in a Secret."""

import base64
import binascii

from cryptography import x509

from ack_sandbox.kube.objects import Object, dig


def certificate(secret: Object) -> x509.Certificate | None:
    """None where the Secret holds none that can be read."""
    try:
        return x509.load_pem_x509_certificate(base64.b64decode(dig(secret, "data", "tls.crt", default="")))
    except (ValueError, binascii.Error):
        return None
