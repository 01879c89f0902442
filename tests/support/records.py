"""RecordIO-protobuf as AWS's own algorithms read it: dense and sparse rows, with a label or without."""

import struct
from collections.abc import Sequence

MAGIC = 0xCED7230A


def record(values: Sequence[float], keys: Sequence[int] | None = None, shape: int | None = None, label: float | None = None) -> bytes:
    """One row; sparse where there are keys, in `shape` columns."""
    tensor = packed(1, struct.pack(f"<{len(values)}f", *values))
    if keys is not None:
        tensor += packed(2, b"".join(map(varint, keys))) + packed(3, varint(shape))
    body = entry(1, tensor)
    if label is not None:
        body += entry(2, packed(1, struct.pack("<f", label)))
    return struct.pack("<II", MAGIC, len(body)) + body + b"\0" * (-len(body) % 4)


def entry(field: int, tensor: bytes) -> bytes:
    """The map entry "values" of features (1) or label (2)."""
    return packed(field, packed(1, b"values") + packed(2, packed(2, tensor)))


def packed(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
