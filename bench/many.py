"""A tar archive of very many small files, as a stream: what fills a store of millions of objects."""

import typing

import numpy as np

BLOCK = 512
BODY = 100
# Where the header has the sum of its bytes.
CHECKSUM_AT, CHECKSUM_DIGITS = 148, 6
DIGITS = 8
FOLDER_DIGITS = 4
CHUNK = 100_000


def key(number: int) -> str:
    """Keys in order, ten thousand below each prefix, of the length that keys have."""
    digits = f"{number:0{DIGITS}d}"
    return f"data/part-{digits[:FOLDER_DIGITS]}/object-{digits}.bin"


def template() -> np.ndarray:
    """Header and body of object 0, with the checksum of its header left blank."""
    header = bytearray(BLOCK)
    header[: len(key(0))] = key(0).encode()
    header[100:108], header[108:116], header[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    header[124:136], header[136:148] = b"%011o\0" % BODY, b"00000000000\0"
    header[CHECKSUM_AT : CHECKSUM_AT + 8], header[156] = b" " * 8, ord("0")
    header[257:265] = b"ustar\x0000"
    body = b"%08d" % 0 + b"x" * (BODY - DIGITS)
    return np.frombuffer(bytes(header) + body.ljust(BLOCK, b"\0"), np.uint8)


def write(out: typing.BinaryIO, count: int) -> None:
    """`count` files of 100 bytes each, no two alike."""
    first = key(0)
    folder_at, file_at = first.index("0"), first.index("0" * DIGITS)
    for begin in range(0, count, CHUNK):
        numbers = np.arange(begin, min(begin + CHUNK, count))
        entries = np.tile(template(), (len(numbers), 1))
        digits = (numbers[:, None] // 10 ** np.arange(DIGITS - 1, -1, -1) % 10 + ord("0")).astype(np.uint8)
        entries[:, folder_at : folder_at + FOLDER_DIGITS] = digits[:, :FOLDER_DIGITS]
        entries[:, file_at : file_at + DIGITS] = digits
        entries[:, BLOCK : BLOCK + DIGITS] = digits
        sums = entries[:, :BLOCK].sum(axis=1, dtype=np.int64)
        octal = sums[:, None] // 8 ** np.arange(CHECKSUM_DIGITS - 1, -1, -1) % 8 + ord("0")
        entries[:, CHECKSUM_AT : CHECKSUM_AT + CHECKSUM_DIGITS] = octal
        entries[:, CHECKSUM_AT + CHECKSUM_DIGITS] = 0
        out.write(entries.tobytes())
    out.write(bytes(2 * BLOCK))
