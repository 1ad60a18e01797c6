"""Why an image does not arrive on a node."""

from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.controllers.settings import has_login
from ack_sandbox.kube.objects import Object


def failure(plane: Plane, pod: Object, image: str) -> str:
    """The container runtime's complaint, without its prefix; empty when the image can be had."""
    unpacked = f'failed to pull and unpack image "{image}": failed to resolve reference "{image}"'
    if plane.images.is_private(image) and not has_login(plane, pod, image):
        return (
            f"code = Unknown desc = {unpacked}: pull access denied, repository does not exist or may require "
            "authorization: server message: insufficient_scope: authorization failed"
        )
    if not plane.images.exists(image):
        return f"code = NotFound desc = {unpacked}: {image}: not found"
    return ""
