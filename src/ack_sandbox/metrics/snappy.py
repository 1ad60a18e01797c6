"""Snappy's block format: what remote read wraps its messages in. Reading is whole, writing is without compression."""

_LARGEST = 1 << 26


def packed(data: bytes) -> bytes:
    """One literal, which every reader takes."""
    head = varint(len(data))
    return head + (b"\xfc" + (len(data) - 1).to_bytes(4, "little") + data if data else b"")


def unpacked(data: bytes) -> bytes:
    """Raises ValueError for what is not such a block."""
    size, at = read_varint(data, 0)
    if size > _LARGEST:
        raise ValueError("too large")
    made = bytearray()
    while at < len(data):
        at = _literal(data, at, made) if data[at] & 3 == 0 else _copy(data, at, made)
    if len(made) != size:
        raise ValueError("the length does not fit")
    return bytes(made)


def _literal(data: bytes, at: int, made: bytearray) -> int:
    length = data[at] >> 2
    at += 1
    if length >= 60:
        extra = length - 59
        length = int.from_bytes(data[at : at + extra], "little")
        at += extra
    made += data[at : at + length + 1]
    return at + length + 1


def _copy(data: bytes, at: int, made: bytearray) -> int:
    tag = data[at]
    if tag & 3 == 1:
        length, offset, at = 4 + (tag >> 2 & 7), (tag >> 5) << 8 | data[at + 1], at + 2
    else:
        width = 2 if tag & 3 == 2 else 4
        length, offset = 1 + (tag >> 2), int.from_bytes(data[at + 1 : at + 1 + width], "little")
        at += 1 + width
    if not 0 < offset <= len(made):
        raise ValueError("a copy from before the beginning")
    for _ in range(length):  # a copy may overlap what it writes
        made.append(made[-offset])
    return at


def varint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number, and where it ends."""
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("a number without an end")
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return number, at
