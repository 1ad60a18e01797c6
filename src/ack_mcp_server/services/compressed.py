"""SLS compresses answers in its own way and says so in its own headers. Only lz4 is asked for, because its decoder is
told how much to make room for, before it does."""

from collections.abc import Mapping

from ack_mcp_server.services.attempt import BodyTooLarge

ACCEPTED = "lz4"
TYPE, SIZE = "x-log-compresstype", "x-log-bodyrawsize"


class BadCompression(Exception):
    """Not a ValueError, which the SDK would take for something else."""


def plain(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """`limit` in bytes. Raises BodyTooLarge, BadCompression."""
    way = headers.get(TYPE, "").lower()
    if not way:
        return body
    size = headers.get(SIZE, "")
    if way != ACCEPTED or not (size.isascii() and size.isdigit() and len(size) < 20):
        raise BadCompression("the answer is compressed in a way that was not asked for")
    if int(size) > limit:
        raise BodyTooLarge(f"the answer is larger than {limit} bytes")
    return _decoded(body, int(size))


def _decoded(body: bytes, size: int) -> bytes:
    import lz4.block

    try:
        return bytes(lz4.block.decompress(body, uncompressed_size=size))
    except lz4.block.LZ4BlockError as exc:
        raise BadCompression("the compressed answer is damaged") from exc
