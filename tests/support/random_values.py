"""Random values of a model's shapes, of which a protocol can carry every bit: what it cannot is not made, with the reason beside it.

Values are as botocore has them: bytes for blobs, datetimes for times.
"""

import datetime
import random
import struct

ABSENT = object()
DEPTH = 5
UNICODE = "aZ09 <>&\"'/\\%+=;,.:~#?{}[]|\u00e9\u2603\U0001f638\t"
PLAIN = "abcXYZ019-_"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Values:
    def __init__(self, seed: str, protocol: str):
        self.chance = random.Random(seed)
        self.protocol = protocol
        self.is_xml = protocol in ("query", "ec2", "rest-xml")

    def of(self, shape, depth: int = 0, place: str = "body"):
        """A value of the shape; ABSENT where none fits within the depth."""
        make = getattr(self, f"_{shape.type_name}", None)
        if getattr(shape, "is_document_type", False):
            return self._document()
        if place not in ("body", "headers") and shape.type_name not in ("list", "map"):
            return self._placed(shape, place)
        return make(shape, depth, place)

    def _structure(self, shape, depth, _place):
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            self.chance.shuffle(names)
        members = {}
        for name in names:
            if depth and members and self.chance.random() < 0.5:
                continue
            value = self.member(shape, name, depth)
            if value is not ABSENT:
                members[name] = value
                if getattr(shape, "is_tagged_union", False):
                    break
        return members if members or not depth else ABSENT

    def member(self, shape, name, depth):
        member = shape.members[name]
        traits = member.serialization
        if traits.get("eventstream") or (depth >= DEPTH and member.type_name in ("structure", "list", "map")):
            return ABSENT
        if shape.serialization.get("payload") == name and member.type_name in ("blob", "string"):
            return self._payload(member)
        if traits.get("hostLabel"):
            return self._text("abcXYZ019", 1, 12)
        if traits.get("jsonvalue") and traits.get("location") == "header":
            return self._document()
        return self.of(member, depth + 1, traits.get("location", "body") if depth == 0 else "body")

    def _payload(self, shape):
        text = self._text(PLAIN, 1, 20)
        return text.encode() if shape.type_name == "blob" else text

    def _list(self, shape, depth, place):
        elements = [self.of(shape.member, depth + 1, place) for _ in range(self.chance.randint(1, 2))]
        elements = [one for one in elements if one is not ABSENT]
        # XML and forms have no sign of an empty flattened list, nor headers and query strings of any.
        if not elements and (self.is_xml or place != "body"):
            return ABSENT
        return elements

    def _map(self, shape, depth, place):
        entries = {}
        for _ in range(self.chance.randint(1, 2)):
            key = shape.key.enum[0] if shape.key.enum else self._text(PLAIN, 1, 8).lower() if place != "body" else self._text(UNICODE, 1, 8)
            value = self.of(shape.value, depth + 1, "header" if place == "headers" else place)
            if value is not ABSENT:
                entries[key] = value
        return entries or ABSENT

    def _text(self, letters, least, most):
        return "".join(self.chance.choices(letters, k=self.chance.randint(least, most)))

    def _string(self, shape, _depth, _place):
        if shape.enum:
            return self.chance.choice(shape.enum)
        return self._text(UNICODE, 1, 12) if self.chance.random() < 0.9 else self._text(PLAIN, 0, 3)

    _character = _string

    def _placed(self, shape, place):
        """A scalar outside the body: a header has no space at its ends nor letters beyond ASCII, a label is not empty."""
        if place == "statusCode":
            return 200
        if shape.type_name in ("string", "character") and not shape.enum:
            return self._text(UNICODE if place == "querystring" else PLAIN if place == "header" else PLAIN + " %&=+\u00e9", 1, 12)
        return getattr(self, f"_{shape.type_name}")(shape, 0, place)

    def _integer(self, *_):
        return self.chance.choice([0, 1, -1, 2**31 - 1, -(2**31), self.chance.randint(-1000, 1000)])

    def _long(self, *_):
        return self.chance.choice([0, -1, 2**31, 2**53, 2**63 - 1, -(2**63), self.chance.randint(-(10**12), 10**12)])

    def _double(self, *_):
        return self.chance.choice([0.0, 0.5, -1.25, 1e-9, 1e300, self.chance.uniform(-1000, 1000)])

    def _float(self, *_):
        """Of four bytes, which is all that CBOR carries of it."""
        number = self.chance.choice([0.0, 0.5, -1.25, 1e-9, 1e30, self.chance.uniform(-1000, 1000)])
        return struct.unpack("f", struct.pack("f", number))[0]

    _bigdecimal = _double
    _biginteger = _integer

    def _boolean(self, *_):
        return self.chance.random() < 0.5

    def _blob(self, *_):
        return self.chance.randbytes(self.chance.randint(0, 9))

    def _timestamp(self, *_):
        """Whole seconds: headers have no finer ones, and botocore sends none."""
        return EPOCH + datetime.timedelta(seconds=self.chance.choice([0, 1, 1_700_000_000, self.chance.randint(0, 2**32)]))

    def _document(self):
        return {self._text(PLAIN, 1, 5): self.chance.choice([1, "text", True, [1, "a"], {"a": 1.5}])}
