"""Valid values of a model's shapes, as small as the model lets them be, with one place in them set as a test likes.

Values are plain: dict, list, str, bool, int, float, bytes; times are seconds since the epoch.
"""

import dataclasses

from support.variants import patterns

ABSENT = object()
TIME = 1_700_000_000
TEXT_MOST = 1_000_000  # where the model has no bound

# By service and shape, where the model does not have the rule that a value must satisfy.
SEMANTIC = {
    "iam arnType": "arn:aws:iam::000000000000:policy/none",
    "sagemaker ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:model/none",
    "sts arnType": "arn:aws:iam::000000000000:role/none",
    # These hold themselves, and the first of their members would.
    "ce Expression": {"Tags": {"Key": "k", "Values": ["v"]}},
    "connect EvaluationFormItem": {"Question": {"Title": "t", "RefId": "t", "QuestionType": "TEXT"}},
    "s3 BucketName": "variants-bucket",
    "s3 ObjectKey": "key",
    "s3 CopySource": "/variants-bucket/key",
    "s3control AccountId": "000000000000",
    "s3control S3ResourceArn": "arn:aws:s3:::variants-bucket",
    "s3control IAMRoleArn": "arn:aws:iam::000000000000:role/none",
}


@dataclasses.dataclass(frozen=True)
class Step:
    """From a shape to one inside it: a structure's member, a list's element, a map's key or value."""

    kind: str
    shape: object
    name: str = ""


def limits(shape) -> tuple[int | float | None, int | float | None]:
    return shape.metadata.get("min"), shape.metadata.get("max")


def minimal(shape, service: str = ""):
    """A valid value with required members only, but with one member at least: of an empty structure a form has no sign."""
    semantic = SEMANTIC.get(f"{service} {shape.name}")
    value = build(shape, (), ABSENT, service) if semantic is None else semantic
    if value == {}:
        return something_of(shape, set(), service)
    return value


def something_of(shape, without: set[str], service: str) -> dict:
    """One member of a structure, a scalar if it has any."""
    others = [name for name in shape.members if name not in without]
    others.sort(key=lambda name: shape.members[name].type_name in ("structure", "list", "map"))
    return {others[0]: minimal(shape.members[others[0]], service)} if others else {}


def build(shape, path: tuple[Step, ...], leaf, service: str = ""):
    """A valid value in which the place at the path's end is `leaf`; ABSENT leaves a member out, and elsewhere asks for a valid value."""
    if not path and leaf is not ABSENT:
        return leaf
    return _MAKERS.get(shape.type_name, _number)(shape, path, leaf, service)


def _structure(shape, path, leaf, service):
    members = {name: minimal(shape.members[name], service) for name in shape.required_members}
    if path:
        step = path[0]
        members[step.name] = build(step.shape, path[1:], leaf, service) if path[1:] or leaf is not ABSENT else ABSENT
    present = {name: value for name, value in members.items() if value is not ABSENT}
    return present or something_of(shape, {step.name for step in path[:1]}, service) if path else present


def _list(shape, path, leaf, service):
    first = build(path[0].shape, path[1:], leaf, service) if path else minimal(shape.member, service)
    least = limits(shape)[0] or 0
    return [first, *(minimal(shape.member, service) for _ in range(least - 1))]


def _map(shape, path, leaf, service):
    entries = entries_of(shape, max(limits(shape)[0] or 0, 1), service)
    if path:
        first = next(iter(entries))
        value = entries.pop(first)
        if path[0].kind == "key":
            return {build(shape.key, path[1:], leaf, service): value, **entries}
        return {first: build(shape.value, path[1:], leaf, service), **entries}
    return entries


def entries_of(shape, count: int, service: str = "") -> dict:
    """A map with so many entries."""
    value, choices = minimal(shape.value, service), shape.key.enum
    keys = choices or (minimal(shape.key, service), *(f"k{number}" for number in range(1, count)))
    return {key: value for key in keys[:count]}


def _text(shape, _path, _leaf, _service):
    if shape.enum:
        return shape.enum[0]
    least, most = limits(shape)
    text = sized(shape, max(least or 0, 1), most or TEXT_MOST)
    if text is None:
        raise ValueError(f"no text for {shape.name}: {shape.metadata}")
    return text


def sized(shape, least: int, most: int) -> str | None:
    """A text that the shape's pattern allows, with a length between these; None when there is none."""
    if pattern := shape.metadata.get("pattern"):
        return patterns.matching(pattern, least, most)
    return "t" * least


def _number(shape, _path, _leaf, _service):
    least, most = limits(shape)
    return least if least is not None and least > 1 else 1 if most is None or most >= 1 else most


_MAKERS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _text,
    "character": _text,
    "boolean": lambda *_: True,
    "timestamp": lambda *_: TIME,
    "blob": lambda shape, *_: b"b" * max(limits(shape)[0] or 0, 1),
}


def places(shape, path: tuple[Step, ...] = ()):
    """(path, shape, is required) of everything inside the shape, and of nothing twice below itself."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from _place(member, (*path, Step("member", member, name)), name in shape.required_members)
    elif shape.type_name == "list":
        yield from _place(shape.member, (*path, Step("element", shape.member)), False)
    elif shape.type_name == "map":
        yield from _place(shape.key, (*path, Step("key", shape.key)), False)
        yield from _place(shape.value, (*path, Step("value", shape.value, next(iter(entries_of(shape, 1))))), False)


def _place(shape, path, is_required):
    yield path, shape, is_required
    if shape.name not in [step.shape.name for step in path[:-1]]:
        yield from places(shape, path)
