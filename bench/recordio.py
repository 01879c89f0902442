"""Rows as RecordIO-protobuf, the format in which AWS's own algorithms read the fastest; all records of a file have one length."""

import pathlib

import numpy as np

MAGIC = b"\x0a\x23\xd7\xce"


def write(path: pathlib.Path, features: np.ndarray, labels: np.ndarray | None = None) -> pathlib.Path:
    """`features` and `labels` as 32-bit floats."""
    before = tensor_head(features.shape[1], field=1)
    fields = [("magic", "S4"), ("length", "<u4"), ("before", f"V{len(before)}"), ("features", "<f4", (features.shape[1],))]
    if labels is not None:
        label_head = tensor_head(1, field=2)
        fields += [("label_head", f"V{len(label_head)}"), ("label", "<f4")]
    length = np.dtype(fields).itemsize - 8
    padding = -length % 4
    records = np.zeros(len(features), np.dtype([*fields, ("padding", f"V{padding}")] if padding else fields))
    records["magic"], records["length"] = MAGIC, length
    records["before"] = np.void(before)
    records["features"] = features
    if labels is not None:
        records["label_head"], records["label"] = np.void(label_head), labels
    path.write_bytes(records.tobytes())
    return path


def tensor_head(count: int, field: int) -> bytes:
    """What stands before the floats of the map entry `values`: features are field 1 of a record, labels field 2."""
    floats = b"\x0a" + varint(4 * count)
    tensor = b"\x12" + varint(len(floats) + 4 * count) + floats
    value = b"\x12" + varint(len(tensor) + 4 * count) + tensor
    entry = b"\x0a\x06values" + value
    return bytes([8 * field + 2]) + varint(len(entry) + 4 * count) + entry


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])
