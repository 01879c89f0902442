"""The variants of an operation's input: each place in turn missing, of a wrong type, at and beyond each bound, off its pattern or
enumeration, unknown; and what AWS answers to each."""

import dataclasses

from support.variants import expected, patterns, values
from support.variants.forms import Raw
from support.variants.values import ABSENT, build, limits, places

# Beyond this many characters or elements a bound is not tried: the request would be larger than any is allowed to be.
LARGEST = 200_000
MOST_ELEMENTS = 2_000
NONSENSE = "Nonsense"
UNKNOWN = "Colour"
# By service and member: what is wrong with these is not theirs to say.
LEFT_OUT = {
    ("s3", "ContentLength"): "the transport's own",
    ("s3", "Expires"): "S3 keeps any text and shows it",
    ("s3control", "ResourceArn"): "its pattern leaves out the ARNs of buckets",
    ("s3", "Type"): "an attribute, for which the requests here have an element",
}
# Without these headers another operation is asked for.
NAMES_THE_OPERATION = {("s3", "CopySource"), ("s3control", "AccountId")}

JSON_WRONG = {
    "string": [(3, "NUMBER_VALUE can not be converted to a String"), (True, "TRUE_VALUE can not be converted to a String"),
               (["a"], "Start of list found where not expected"), ({"a": "b"}, "Start of structure or map found where not expected")],
    "integer": [("many", "STRING_VALUE can not be converted to an Integer"), (1.5, "DECIMAL_VALUE can not be converted to an Integer"),
                (2**31, "can not be converted to an Integer")],
    "long": [("many", "STRING_VALUE can not be converted to Long"), (1.5, "DECIMAL_VALUE can not be converted to Long")],
    "boolean": [("true", "STRING_VALUE can not be converted to Boolean"), (1, "NUMBER_VALUE can not be converted to Boolean")],
    "float": [("many", "STRING_VALUE can not be converted to Double"), (True, "TRUE_VALUE can not be converted to Double")],
    "double": [("many", "STRING_VALUE can not be converted to Double"), (True, "TRUE_VALUE can not be converted to Double")],
    "timestamp": [("yesterday", "STRING_VALUE can not be converted to Timestamp"), (True, "TRUE_VALUE can not be converted to Timestamp")],
    "blob": [(3, "NUMBER_VALUE can not be converted to Blob")],
    "structure": [("text", "Unexpected field type"), (["a"], "Start of list found where not expected")],
    "list": [("text", "Expected list or null"), ({"a": "b"}, "Start of structure or map found where not expected")],
    "map": [("text", "Unexpected field type"), (["a"], "Start of list found where not expected")],
}
TEXT_WRONG = {
    "integer": [("many", "STRING_VALUE can not be converted to Integer"), ("1.5", "STRING_VALUE can not be converted to Integer")],
    "long": [("many", "STRING_VALUE can not be converted to Long")],
    "boolean": [("perhaps", "STRING_VALUE can not be converted to Boolean")],
    "float": [("many", "STRING_VALUE can not be converted to Double")],
    "double": [("many", "STRING_VALUE can not be converted to Double")],
    "timestamp": [("yesterday", "STRING_VALUE can not be converted to Timestamp")],
    "blob": [("\u2603", "STRING_VALUE can not be converted to Blob")],
    "structure": [("text", "Unexpected complex element termination")],
    "list": [("text", "Unexpected list element termination")],
    "map": [("text", "Unexpected map element termination")],
}


@dataclasses.dataclass(frozen=True)
class Variant:
    """One input: `kind` is "fine" where it must not be called invalid, else "violated", "malformed" or "unknown"."""

    kind: str
    name: str
    value: dict
    path: tuple = ()
    words: tuple[str, ...] = ()


def variants(operation, protocol: str):
    """All variants of an operation's input in a protocol."""
    return _Variants(operation, protocol).all()


class _Variants:
    def __init__(self, operation, protocol: str):
        self.root = operation.input_shape
        self.service = operation.service_model.service_name
        self.protocol = protocol

    def all(self):
        if self.root is None:
            return
        base = values.minimal(self.root, self.service)
        yield Variant("fine", "the base", base)
        yield from self.unknown((), self.root, base)
        for path, shape, is_required in places(self.root):
            if self.is_left_out(path, shape):
                continue
            where = expected.place_name(path)
            for one in self.of_place(path, shape, is_required):
                yield dataclasses.replace(one, name=f"{where}: {one.name}", path=path)

    def is_left_out(self, path, shape) -> bool:
        """What the table leaves out, and payloads, which have no model."""
        if (self.service, path[-1].name) in LEFT_OUT:
            return True
        top = path[0].shape
        if self.root.serialization.get("payload") == path[0].name and top.type_name == "blob":
            return True
        return getattr(shape, "is_document_type", False) or shape.serialization.get("eventstream", False)

    def place(self, path) -> str:
        """Where the place travels: "uri", "header", "querystring", "headers" or "body"."""
        return path[0].shape.serialization.get("location", "body") if self.protocol.startswith("rest") else "body"

    def with_leaf(self, path, leaf) -> dict:
        return build(self.root, path, leaf, self.service)

    def of_place(self, path, shape, is_required):
        if is_required and path[-1].kind == "member":
            yield from self.missing(path, shape)
        yield from self.wrong_types(path, shape)
        if shape.type_name in ("list", "map"):
            yield from self.sizes(path, shape)
        elif shape.type_name in expected.NUMBERS:
            yield from self.numbers(path, shape)
        elif shape.type_name in ("string", "blob"):
            yield from self.lengths(path, shape)
        if shape.type_name == "string":
            yield from self.off_pattern(path, shape)
            yield from self.off_choices(path, shape)
        if shape.type_name == "structure":
            yield from self.unknown(path, shape, values.minimal(shape, self.service))

    def judged(self, name, path, shape, leaf, wire=None):
        """The variant of this leaf: refused for each constraint that it breaks, fine where it breaks none."""
        clauses = expected.clauses(path, shape, leaf)
        value = self.with_leaf(path, leaf if wire is None else wire)
        return Variant("violated" if clauses else "fine", name, value, words=tuple(clauses))

    def missing(self, path, shape):
        if path[-1].shape.metadata.get("idempotencyToken") or self.place(path) in ("uri", "querystring"):
            return
        if (self.service, path[-1].name) in NAMES_THE_OPERATION:
            return
        value = values.build(self.root, path, ABSENT, self.service)
        words = f"Value null at '{expected.place_name(path)}' failed to satisfy constraint: Member must not be null"
        yield Variant("violated", "missing", value, words=(words,))

    def wrong_types(self, path, shape):
        if path[-1].kind == "key":
            return
        table = JSON_WRONG if self.protocol in ("json", "rest-json") and self.place(path) == "body" else TEXT_WRONG
        if table is TEXT_WRONG and self.place(path) != "body" and shape.type_name in ("list", "map"):
            return
        # A text in the place of such a list of texts is one element of it.
        if self.protocol == "rest-xml" and shape.type_name == "list" and shape.serialization.get("flattened") and shape.member.type_name == "string":
            return
        for wire, words in table.get(shape.type_name, []):
            yield Variant("malformed", f"of a wrong type, {wire!r}", self.with_leaf(path, Raw(wire)), words=(words,))

    def sizes(self, path, shape):
        least, most = limits(shape)
        make = self.elements if shape.type_name == "list" else self.entries
        for word, count in (("one below", (least or 0) - 1), ("least", least), ("most", most), ("one above", None if most is None else most + 1)):
            if count is None or count < 0 or count > MOST_ELEMENTS or (count == 0 and self.cannot_be_empty(path, shape)):
                continue
            if (leaf := make(shape, count)) is not None:
                yield self.judged(f"{word}, {count}", path, shape, leaf)

    def cannot_be_empty(self, path, shape) -> bool:
        return self.protocol in ("rest-xml", "query") and (bool(shape.serialization.get("flattened")) or self.place(path) != "body" or shape.type_name == "map")

    def elements(self, shape, count):
        return [values.minimal(shape.member, self.service)] * count

    def entries(self, shape, count):
        made = values.entries_of(shape, count, self.service)
        return made if len(made) == count else None

    def numbers(self, path, shape):
        least, most = limits(shape)
        for word, number in (("one below", None if least is None else least - 1), ("least", least), ("most", most),
                             ("one above", None if most is None else most + 1)):
            if number is not None and abs(number) < 2**31:
                yield self.judged(f"{word}, {number}", path, shape, number)

    def lengths(self, path, shape):
        least, most = limits(shape)
        if shape.type_name == "string" and shape.enum:
            return
        for word, length in (("one below", (least or 0) - 1), ("least", least), ("most", most), ("one above", None if most is None else most + 1)):
            if length is None or length < 0 or length > LARGEST or (length == 0 and not self.may_be_empty(path)):
                continue
            leaf = self.of_length(shape, length)
            is_inside = word in ("least", "most")
            # Where no text of the pattern is that long, the bound cannot be met by anything.
            if is_inside and shape.type_name == "string" and values.sized(shape, length, length) is None:
                continue
            yield self.judged(f"{word}, {length} long", path, shape, leaf)

    def may_be_empty(self, path) -> bool:
        return self.place(path) != "uri" and path[-1].kind != "key"

    def of_length(self, shape, length):
        if shape.type_name == "blob":
            return b"b" * length
        text = values.sized(shape, length, length)
        return "a" * length if text is None else text

    def off_pattern(self, path, shape):
        pattern = shape.metadata.get("pattern")
        if not pattern:
            return
        leaf = patterns.breaking(pattern, values.minimal(shape), is_header=self.place(path) == "header")
        if leaf is not None:
            yield self.judged(f"off its pattern, {leaf!r}", path, shape, leaf)

    def off_choices(self, path, shape):
        if shape.enum:
            yield self.judged("outside its enumeration", path, shape, NONSENSE)
            yield self.judged("the last of its enumeration", path, shape, shape.enum[-1])

    def unknown(self, path, shape, value):
        """A member of a structure that the model does not have; outside the body there is no telling whose a header is."""
        if (path and self.place(path) != "body") or self.is_bare(path):
            return
        inside = {**value, UNKNOWN: "blue"}
        yield Variant("unknown", "with an unknown member", self.with_leaf(path, inside) if path else inside, path=path, words=(UNKNOWN,))

    def is_bare(self, path) -> bool:
        """Whether the root's members are not those of a body."""
        has_own = any("location" not in member.serialization for member in self.root.members.values())
        return not path and self.protocol.startswith("rest") and ("payload" in self.root.serialization or not has_own)
