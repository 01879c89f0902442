"""What AWS answers to input that its model forbids: each service's codes, and the sentences that name the member.

Written from AWS's documentation, beside the program's own tables and not from them.
"""

import dataclasses

from support.variants import patterns
from support.variants.values import limits

NUMBERS = ("integer", "long", "float", "double")


@dataclasses.dataclass(frozen=True)
class Codes:
    """A service's error codes: a broken constraint, a value of the wrong type. All have status 400."""

    violated: str
    malformed: str


CODES = {
    "sts": Codes("ValidationError", "MalformedInput"),
    "iam": Codes("ValidationError", "MalformedInput"),
    "cloudwatch": Codes("ValidationError", "SerializationException"),
    "logs": Codes("InvalidParameterException", "SerializationException"),
    "organizations": Codes("InvalidInputException", "SerializationException"),
    "s3control": Codes("InvalidRequest", "MalformedInput"),
    "sagemaker": Codes("ValidationException", "SerializationException"),
    "sagemaker-runtime": Codes("ValidationError", "SerializationException"),
}


def place_name(path) -> str:
    """A member as AWS's sentences name it: "tags.1.member.key"."""
    pieces = []
    for step in path:
        if step.kind == "member":
            pieces.append(step.name[:1].lower() + step.name[1:])
        elif step.kind == "element":
            pieces += ["1", "member"]
        else:
            pieces += [step.name, "member"]
    return ".".join(pieces)


def constraints(shape) -> list[tuple[str, object]]:
    """(sentence, whether a value satisfies it) of each of a shape's own constraints, in AWS's order."""
    is_number = shape.type_name in NUMBERS
    what, size = ("value", lambda value: value) if is_number else ("length", len)
    least, most = limits(shape)
    found = []
    if most is not None:
        found.append((f"Member must have {what} less than or equal to {most}", lambda value: size(value) <= most))
    if least is not None:
        found.append((f"Member must have {what} greater than or equal to {least}", lambda value: size(value) >= least))
    if pattern := shape.metadata.get("pattern"):
        found.append((f"Member must satisfy regular expression pattern: {pattern}", lambda value: patterns.satisfies(pattern, value)))
    if shape.type_name == "string" and shape.enum:
        found.append((f"Member must satisfy enum value set: [{', '.join(shape.enum)}]", lambda value: value in shape.enum))
    return found


def clauses(path, shape, value) -> list[str]:
    """What the answer says of the value at the path: "at 'name' failed to satisfy constraint: ..." for each thing wrong."""
    found = [sentence for sentence, holds in constraints(shape) if not holds(value)]
    is_scalar = shape.type_name not in ("structure", "list", "map")
    if path[-1].kind == "member" or not is_scalar or not found:
        return [f"at '{place_name(path)}' failed to satisfy constraint: {sentence}" for sentence in found]
    everything = [sentence for sentence, _ in constraints(shape)]
    # An element that is a scalar is not named itself: its list is, with all that the elements must satisfy.
    what = {"element": "Member", "key": "Map keys", "value": "Map value"}[path[-1].kind]
    return [f"at '{place_name(path[:-1])}' failed to satisfy constraint: {what} must satisfy constraint: [{', '.join(everything)}]"]


def unlike(service: str, protocol: str, variant, answer) -> str | None:
    """What is wrong with an answer to a variant; nothing when it is as AWS's."""
    if answer.status >= 500 and answer.status != 501:
        return "the server broke"
    if variant.kind == "unknown":
        return _refusal(answer, 501, "NotImplemented", variant.words)
    if service == "s3":
        return _unlike_s3(variant, answer)
    codes = CODES[service]
    malformed = "MalformedInput" if protocol == "query" else codes.malformed
    if service == "organizations" and variant.kind != "malformed":
        return _unlike_organizations(variant, answer)
    if variant.kind == "fine":
        return _invalid(answer, malformed)
    if variant.kind == "malformed":
        # What AWS says of a document in XML is known for forms' values alone.
        return _refusal(answer, 400, malformed, () if protocol == "rest-xml" else variant.words)
    if service == "iam" and (own := _iam_words(variant.words)):
        return _refusal(answer, 400, codes.violated, (own,))
    count = len(variant.words)
    return _refusal(answer, 400, codes.violated, (f"{count} validation error{'s' if count > 1 else ''} detected: ", *variant.words))


# IAM's words for texts that break the patterns of names and paths.
_IAM_NAMES = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
_IAM_PATHS = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
IAM_WORDS = {
    r"[\w+=,.@-]+": _IAM_NAMES,
    r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": _IAM_PATHS,
    r"((/[A-Za-z0-9\.,\+@=_-]+)*)/": _IAM_PATHS,
    r"\u002F[\u0021-\u007F]*": "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
}


def _iam_words(words) -> str | None:
    """IAM's own words for the first thing that is wrong, if it has words for all that is."""
    found = []
    for sentence in words:
        place, _, pattern = sentence.partition("' failed to satisfy constraint: Member must satisfy regular expression pattern: ")
        if pattern not in IAM_WORDS:
            return None
        found.append(f"The specified value for {place[4:]} is invalid. {IAM_WORDS[pattern]}")
    return found[0] if found else None


def _refusal(answer, status: int, code: str, words) -> str | None:
    if not answer.body:  # of a HEAD
        return None if answer.status == status else f"expected {status}"
    if answer.status < 300 or answer.error() != (status, code):
        return f"expected {status} {code}"
    absent = [one for one in words if one not in (answer.message() or "")]
    return f"expected the words {absent}" if absent else None


def _invalid(answer, malformed: str) -> str | None:
    if answer.status < 300:
        return None
    if answer.error()[1] == malformed or "failed to satisfy constraint" in (answer.message() or ""):
        return "a valid value is called invalid"
    return None


# Organizations gives a reason, by what a constraint's sentence begins with.
REASONS = {
    "Member must not be null": "INPUT_REQUIRED",
    "Member must satisfy regular expression pattern": "INVALID_PATTERN",
    "Member must satisfy enum value set": "INVALID_ENUM",
    "Member must satisfy constraint": "INVALID_LIST_MEMBER",
    "Member must have length less": "MAX_LENGTH_EXCEEDED",
    "Member must have length greater": "MIN_LENGTH_EXCEEDED",
    "Member must have value less": "MAX_VALUE_EXCEEDED",
    "Member must have value greater": "MIN_VALUE_EXCEEDED",
}


def _unlike_organizations(variant, answer) -> str | None:
    """What AWS says first of a value with several faults is not known."""
    if answer.status < 300:
        return None if variant.kind == "fine" else "expected 400 InvalidInputException"
    reason = answer.json().get("Reason") if answer.error()[1] == "InvalidInputException" else None
    if variant.kind == "fine":
        return "a valid value is called invalid" if reason in REASONS.values() else None
    reasons = {reason for words in variant.words for start, reason in REASONS.items() if start in words}
    return None if answer.status == 400 and reason in reasons else f"expected 400 InvalidInputException for one of {sorted(reasons)}"


# Structures of S3's documents whose members go together as the model does not say: with one of them alone, S3 calls the document
# malformed.
S3_TOGETHER = {"DefaultRetention": "Mode with Days or Years", "LifecycleRule": "at least one action", "LifecycleRules": "the same"}
S3_CODES = {"x-amz-storage-class": "InvalidStorageClass", "LocationConstraint": "InvalidLocationConstraint"}


def _unlike_s3(variant, answer) -> str | None:
    """S3 names a header or parameter as an argument, and calls a body malformed as a whole."""
    member = variant.path[0].shape.serialization if variant.path else {}
    name = variant.path[-1].shape.serialization.get("name") if variant.path else None
    if variant.kind == "fine":
        if any(step.shape.name in S3_TOGETHER for step in variant.path):
            return None
        is_named = answer.status >= 300 and answer.body and answer.error()[1] == "InvalidArgument" and answer.element("ArgumentName") == name
        return "a valid value is called invalid" if is_named or (answer.body and answer.status >= 300 and answer.error()[1] == "MalformedXML") else None
    if "location" not in member and len(variant.path) == 1 and variant.name.endswith("missing"):
        return _refusal(answer, 400, "MissingRequestBodyError", ())
    if "location" not in member:
        return _refusal(answer, 400, S3_CODES.get(variant.path[-1].name, "MalformedXML"), ())
    code = "InvalidRequest" if variant.name.endswith("missing") else S3_CODES.get(member["name"], "InvalidArgument")
    if wrong := _refusal(answer, 400, code, ()):
        return wrong
    return None if code != "InvalidArgument" or not answer.body or answer.element("ArgumentName") == member["name"] else f"expected the argument {member['name']} to be named"
