"""Distils botocore's service models to compact files without prose: `distil.py BOTOCORE_DATA OUT_FOLDER`.

OUT_FOLDER becomes a link to a folder in the cache, named after the models' version and this file's hash, so that a fresh
checkout does not distil again. It holds one JSON file per service (its newest version) and index.json.
"""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import sys
import tempfile

METADATA = (
    "apiVersion", "auth", "awsQueryCompatible", "endpointPrefix", "jsonVersion", "protocol", "protocols", "serviceId",
    "signatureVersion", "signingName", "targetPrefix", "xmlNamespace",
)  # fmt: skip
OPERATION = (
    "auth", "authtype", "deprecated", "errors", "http", "httpChecksum", "httpChecksumRequired", "input", "output",
    "requestcompression", "unsignedPayload",
)  # fmt: skip
MEMBER = (
    "shape", "eventheader", "eventpayload", "flattened", "hostLabel", "idempotencyToken", "jsonvalue", "location", "locationName", "queryName",
    "resultWrapper", "streaming", "timestampFormat", "xmlAttribute", "xmlNamespace",
)  # fmt: skip
SHAPE = (
    "type", "box", "document", "enum", "error", "event", "eventstream", "exception", "fault", "flattened", "locationName",
    "max", "min", "pattern", "payload", "required", "sensitive", "sparse", "streaming", "timestampFormat", "union",
    "wrapper", "xmlNamespace",
)  # fmt: skip

# Shapes whose patterns their own service does not hold to.
WRONG_PATTERNS = {
    ("s3control", "S3ResourceArn"),  # leaves out the ARNs of buckets, which have no region
}


def kept(source: dict, names: tuple) -> dict:
    # Zero stays: it is a bound.
    return {name: source[name] for name in names if source.get(name) is not None and source[name] is not False}


def member(source: dict) -> dict:
    return kept(source, MEMBER)


def operation(source: dict) -> dict:
    out = kept(source, OPERATION)
    for side in ("input", "output"):
        if side in out:
            out[side] = member(out[side])
    out["errors"] = [error["shape"] for error in source.get("errors", [])]
    if prefix := source.get("endpoint", {}).get("hostPrefix"):
        out["hostPrefix"] = prefix
    return out


def shape(source: dict) -> dict:
    out = kept(source, SHAPE)
    if "members" in source:
        out["members"] = {name: member(entry) for name, entry in source["members"].items()}
    for part in ("member", "key", "value"):
        if part in source:
            out[part] = member(source[part])
    return out


def distil(model: dict) -> dict:
    metadata = kept(model["metadata"], METADATA)
    if "awsQueryCompatible" in model["metadata"]:
        metadata["awsQueryCompatible"] = True
    return {
        "metadata": metadata,
        "operations": {name: operation(entry) for name, entry in model["operations"].items()},
        "shapes": {name: shape(entry) for name, entry in model["shapes"].items()},
    }


def open_to_all(compact: dict) -> dict:
    """Whether requests without a signature may be meant for this service: the index says it, so that no model need be read."""
    unsigned = any(entry.get("authtype") == "none" for entry in compact["operations"].values())
    return {"unsignedOperations": True} if unsigned else {}


def newest_model(service: pathlib.Path) -> dict | None:
    versions = sorted(entry for entry in service.iterdir() if entry.is_dir())
    for name in ("service-2.json.gz", "service-2.json"):
        path = versions[-1] / name if versions else None
        if path and path.exists():
            raw = path.read_bytes()
            return json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)
    return None


def write_all(data: pathlib.Path, folder: pathlib.Path) -> None:
    index = {}
    for service in sorted(entry for entry in data.iterdir() if entry.is_dir()):
        model = newest_model(service)
        if model is not None:
            compact = distil(model)
            for name, entry in compact["shapes"].items():
                if (service.name, name) in WRONG_PATTERNS:
                    del entry["pattern"]
            index[service.name] = {**compact["metadata"], **open_to_all(compact)}
            write(folder / f"{service.name}.json", compact)
    write(folder / "index.json", index)


def write(path: pathlib.Path, content: dict) -> None:
    path.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False))


def fingerprint(data: pathlib.Path) -> str:
    """Of this file, and of which models there are: names and sizes of all files."""
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes())
    for path in sorted(data.rglob("service-2.json*")):
        digest.update(f"{path.relative_to(data)} {path.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]


def cache_dir() -> pathlib.Path:
    """The rule of tools/setup/cache.py: MILLRACE_CACHE, or the user's cache folder."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "setup"))
    import cache

    return cache.cache_dir()


def distilled(data: pathlib.Path) -> pathlib.Path:
    target = cache_dir() / "models" / fingerprint(data)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = pathlib.Path(tempfile.mkdtemp(dir=target.parent, prefix=".distil-"))
        write_all(data, scratch)
        scratch.chmod(0o755)
        try:
            scratch.rename(target)
        except OSError:  # another build was first
            shutil.rmtree(scratch)
    return target


def link(target: pathlib.Path, place: pathlib.Path) -> None:
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        shutil.rmtree(place)
    os.symlink(target, place)


def main() -> None:
    data, place = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    target = distilled(data)
    link(target, place)
    pathlib.Path(f"{place}.stamp").touch()


if __name__ == "__main__":
    main()
