"""Texts that satisfy a model's pattern, of a length that is asked for; models write Java's dialect, translated here."""

import functools
import re
from re import _constants as codes
from re import _parser as parser

CLASSES = {
    "L": "a-zA-Z", "Z": " ", "N": "0-9", "Alnum": "a-zA-Z0-9", "ASCII": "\\x00-\\x7F", "Print": "\\x20-\\x7E", "Graph": "\\x21-\\x7E",
    "M": "\u0300-\u036f", "C": "\\x00-\\x1f", "Cc": "\\x00-\\x1f", "Cf": "\u200b-\u200f", "P": "!-/:-@", "Zs": " ", "LD": "a-zA-Z0-9",
    "Alpha": "a-zA-Z", "XDigit": "0-9a-fA-F", "all": "\\x00-\\x7F", "S": "$+<=>^`|~", "Whitespace": " ", "Punct": "!-/:-@",
}
# For a class that is not to be: letters and digits are in none that models exclude.
OTHERS = "a-zA-Z0-9"
# Characters beyond the first plane, as Java has them: a pair of surrogates.
PAIRS = ("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\U00010000-\U0010ffff")
# Tried first where a class allows several characters, so that the texts look like names.
PREFERRED = [ord(c) for c in "a1A/ -_.:!~"]
BRANCHES_TRIED = 12
# Tried where no branch leads to a text: patterns that look ahead.
LIKELY = ("aa", "aaaa", "aaaaAAA111", "aaaaAAA111!", "www.aaaa.aa", "arn:aws:fsx:us-east-1:000000000000:a")


def python(pattern: str) -> str:
    """The same pattern for Python's engine."""
    out, in_brackets, at = "", False, 0
    pattern = re.sub(re.escape(PAIRS[0]), PAIRS[1], pattern, flags=re.IGNORECASE)
    while at < len(pattern):
        if name := re.match(r"\\([pP])\{(?:Is)?(\w+)\}", pattern[at:]):
            inside = CLASSES[name[2]] if name[1] == "p" else OTHERS
            out, at = out + (inside if in_brackets else f"[{inside}]"), at + name.end()
        elif pattern[at] == "\\":
            out, at = out + pattern[at : at + 2].replace("\\z", "\\Z"), at + 2
        else:
            in_brackets = pattern[at] == "[" or (in_brackets and pattern[at] != "]")
            out, at = out + pattern[at], at + 1
    # Java takes flags anywhere.
    if flags := re.search(r"\(\?([is]+)\)", out):
        out = flags[0] + out.replace(flags[0], "")
    # Java takes a repeated repetition too.
    out = re.sub(r"\}\{[\d,]+\}", "}", out)
    # A hyphen after a class in brackets is itself; Python wants it said.
    return out.replace("9-\\.", "9\\-\\.").replace("\\w-", "\\w\\-")


@functools.cache
def compiled(pattern: str) -> re.Pattern:
    return re.compile(python(pattern))


def satisfies(pattern: str, text: str) -> bool:
    return compiled(pattern).fullmatch(text) is not None


@functools.cache
def matching(pattern: str, least: int, most: int) -> str | None:
    """A text of the pattern with a length from `least` to `most`, the shortest that comes of its first branches; None when none is found."""
    tree = parser.parse(python(pattern))
    for choice in range(BRANCHES_TRIED):
        for extra in (0, least - _shortest(tree, choice)):
            if extra < 0:
                continue
            text, _ = _sequence(tree, extra, choice)
            if least <= len(text) <= most and satisfies(pattern, text):
                return text
    return next((text for text in LIKELY if least <= len(text) <= most and satisfies(pattern, text)), None)


def breaking(pattern: str, like: str, is_header: bool = False) -> str | None:
    """A text as long as `like` that does not satisfy the pattern; None when every such text satisfies it."""
    for strange in "!-/:" if is_header else "\u2603 !-/:\x7f\n":
        for text in (strange + like[1:], strange * max(len(like), 1)):
            if not satisfies(pattern, text):
                return text
    return None


def _shortest(tree, choice: int) -> int:
    return len(_sequence(tree, 0, choice)[0])


def _sequence(items, extra: int, choice: int) -> tuple[str, int]:
    """A text for the items, up to `extra` characters longer than need be; and what is left of `extra`."""
    text = ""
    for code, argument in items:
        piece, extra = _one(code, argument, extra, choice)
        text += piece
    return text, extra


def _one(code, argument, extra: int, choice: int) -> tuple[str, int]:
    if code is codes.LITERAL:
        return chr(argument), extra
    if code is codes.ANY:
        return "x", extra
    if code in (codes.IN, codes.NOT_LITERAL):
        members = argument if code is codes.IN else [(codes.NEGATE, None), (codes.LITERAL, argument)]
        return _member(members), extra
    if code is codes.SUBPATTERN:
        return _sequence(argument[3], extra, choice)
    if code is codes.BRANCH:
        return _sequence(argument[1][choice % len(argument[1])], extra, choice)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _repeated(*argument, extra, choice)
    if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return "", extra
    raise ValueError(f"a pattern with {code} is not generated")


def _repeated(least: int, most: int, items, extra: int, choice: int) -> tuple[str, int]:
    width = _shortest(items, choice)
    count = least
    if width:
        more = min(most - least, extra // width)
        count, extra = least + more, extra - more * width
    elif extra and not count and most:
        count = 1
    text = ""
    for _ in range(count):
        piece, extra = _sequence(items, extra, choice)
        text += piece
    return text, extra


def _member(members) -> str:
    negated = members[0][0] is codes.NEGATE
    ranges = [argument for code, argument in members if code is codes.RANGE]
    candidates = PREFERRED + [argument for code, argument in members if code is codes.LITERAL] + [low for low, _ in ranges]
    for candidate in candidates:
        if _within(members, candidate) != negated:
            return chr(candidate)
    raise ValueError(f"no character of {members}")


def _within(members, character: int) -> bool:
    for code, argument in members:
        if code is codes.LITERAL and argument == character:
            return True
        if code is codes.RANGE and argument[0] <= character <= argument[1]:
            return True
        if code is codes.CATEGORY and re.fullmatch(CATEGORIES[argument], chr(character)):
            return True
    return False


CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
}
