"""The operators of a mutation run (tools/mutate.py): small wrong changes to one place of a C++ file, found in its tokens.

The formatter's blanks tell operators of two operands from what templates, pointers and references are written with.
"""

import dataclasses
import re
import typing

TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<raw>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)")
    |(?P<text>"(?:\\.|[^"\\\n])*")
    |(?P<character>'(?:\\.|[^'\\\n])+')
    |(?P<directive>^\#[^\n]*)
    |(?P<number>\b\d[\d']*(?:\.\d+)?[uUlL]*\b)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<operator><=>|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[^\s\w])""",
    re.S | re.M | re.X,
)
SWAPPED = {
    "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||", "||": "&&", "+": "-", "-": "+",
    "true": "false", "false": "true", "any_of": "all_of", "all_of": "any_of", "none_of": "any_of", "continue": "break",
    "min": "max", "max": "min", "starts_with": "ends_with", "ends_with": "starts_with", "front": "back", "back": "front",
}
SPACED = {"==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-"}
# What is returned and has no opposite, or one that is made otherwise.
CONSTANT = re.compile(r"(true|false|nullptr|std::nullopt|\w+\{.*\}|std::(move|string|to_string|vector)\b.*)$", re.S)
# What a statement begins with that is none to drop: it declares, or nothing is left without it.
KEEPS = {"return", "const", "auto", "using", "namespace", "struct", "class", "template", "static", "constexpr", "if", "for", "while", "switch", "case",
         "default", "else", "enum", "throw", "private", "public", "friend", "explicit", "virtual", "bool", "std", "double", "int"}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    begin: int
    end: int


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A file's text with one place changed."""

    operator: str
    begin: int
    end: int
    instead: str

    def applied(self, source: str) -> str:
        return source[: self.begin] + self.instead + source[self.end :]

    def line(self, source: str) -> int:
        return source.count("\n", 0, self.begin) + 1

    def name(self, source: str) -> str:
        """What is changed, as words that do not move with the lines above: a survivor's list names it so."""
        start = source.rfind("\n", 0, self.begin) + 1
        stop = source.find("\n", self.end)
        line = source[start:stop]
        changed = line[: self.begin - start] + self.instead + line[self.end - start :]
        return f"{self.operator}: {' '.join(line.split())} => {' '.join(changed.split())}"


def tokens(source: str) -> list[Token]:
    """All but comments and directives."""
    found = [Token(match.lastgroup if match.lastgroup != "mark" else "raw", match[0], *match.span()) for match in TOKENS.finditer(source)]
    return [one for one in found if one.kind not in ("comment", "directive")]


def mutants(source: str) -> list[Mutant]:
    read = tokens(source)
    made = [one for operator in OPERATORS for one in operator(source, read)]
    return sorted({(one.begin, one.end, one.instead): one for one in made}.values(), key=lambda one: one.begin)


def swaps(source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """Comparisons, connectives, signs, flags and pairs of names, each by its counterpart."""
    for one in read:
        spaced = source[one.begin - 1] == source[one.end] == " " or source[one.end] == "\n"
        if one.text in SWAPPED and one.kind in ("word", "operator") and (one.text not in SPACED or spaced):
            yield Mutant("swap", one.begin, one.end, SWAPPED[one.text])


def numbers(_source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """A whole number by the next."""
    for one in read:
        digits = re.fullmatch(r"(\d[\d']*)([uUlL]*)", one.text)
        if one.kind == "number" and digits:
            yield Mutant("number", one.begin, one.end, str(int(digits[1].replace("'", "")) + 1) + digits[2])


def texts(_source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """A text or character by another one."""
    for one in read:
        if one.kind == "text":
            yield Mutant("text", one.begin, one.end, one.text[:-1] + '~"')
        elif one.kind == "character":
            yield Mutant("character", one.begin, one.end, "'~'")


def negations(source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """A condition by its opposite: of `if` and `while`, of what is returned, and where a `!` stands."""
    for at, one in enumerate(read):
        if one.text in ("if", "while") and read[at + 1].text in ("(", "constexpr"):
            opened = at + 1 if read[at + 1].text == "(" else at + 2
            closed = matching(read, opened)
            # Behind `if (auto x = ...; condition)` stands the condition; a lone declaration has none to turn.
            start = max((read[i].end for i in range(opened, closed) if read[i].text == ";"), default=read[opened].end)
            inside = source[start : read[closed].begin]
            if not re.search(r"(?<![=!<>])=(?!=)", inside) and not has_twin(inside):
                yield Mutant("negate", start, read[closed].begin, f"!({inside.strip()})")
        if one.text == "return" and read[at + 1].text not in (";", "{", "!"):
            end = statement_end(read, at)
            inside = source[read[at + 1].begin : read[end].begin]
            if has_twin(inside) or read[at + 1].kind == "text" or CONSTANT.match(inside):
                continue
            yield Mutant("negate", read[at + 1].begin, read[end].begin, f"!({inside})")
        if one.text == "!" and one.kind == "operator":
            yield Mutant("negate", one.begin, one.end, "")


def has_twin(condition: str) -> bool:
    """Whether its opposite is made by another operator too: of one comparison, and of what has a `!` before it."""
    if re.search(r" (&&|\|\||\?) |\[", condition):
        return False
    return bool(re.search(r" (==|!=) ", condition)) or condition.lstrip().startswith("!")


def dropped(source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """A statement that does something, left out: a call, an assignment, a jump."""
    starts = [at + 1 for at, one in enumerate(read[:-1]) if one.text in (";", "{", "}", ")", "else")]
    for at in starts:
        first = read[at]
        if (first.kind != "word" and first.text not in ("++", "--")) or first.text in KEEPS:
            continue
        end = statement_end(read, at)
        if end is None or not is_act([one.text for one in read[at:end]]):
            continue
        yield Mutant("drop", first.begin, read[end].end, ";")


def guards(source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """`if (...) return x;` left out."""
    for at, one in enumerate(read):
        if one.text != "if" or read[at + 1].text != "(" or read[at - 1].text == "else":
            continue
        closed = matching(read, at + 1)
        if read[closed + 1].text not in ("return", "throw", "continue"):
            continue
        end = statement_end(read, closed + 1)
        declares = re.search(r"(?<![=!<>])=(?!=)", source[read[at + 1].end : read[closed].begin])
        if read[end + 1].text != "else" and not declares:
            yield Mutant("drop", one.begin, read[end].end, ";")


def choices(source: str, read: list[Token]) -> typing.Iterator[Mutant]:
    """`a ? b : c` with b in both places, and with c."""
    for at, one in enumerate(read):
        if one.text != "?":
            continue
        colon = next((i for i in range(at, len(read)) if read[i].text == ":" and read[i - 1].text != ":" and read[i + 1].text != ":"), None)
        end = expression_end(read, colon + 1) if colon else None
        if end is None:
            continue
        first = source[one.end : read[colon].begin]
        second = source[read[colon].end : read[end].begin]
        yield Mutant("choice", read[colon].end, read[end].begin, first)
        yield Mutant("choice", one.end, read[colon].begin, second)


def schema(source: str, made: list[Mutant], left_out: set[int], chosen: str) -> tuple[str, dict[int, range]]:
    """One text that holds the mutants of functions' bodies but for those left out, and the lines of each by its place in `made`: a body becomes
    `switch (CHOSEN) { case PLACE + 1: {that mutant's body} break; ... default: {the body} }`."""
    text, lines, done = "", {}, 0
    for begin, end in bodies(source):
        inside = [(place, one) for place, one in enumerate(made) if place not in left_out and begin <= one.begin and one.end <= end]
        text += f"{source[done:begin]} switch ({chosen}) {{\n"
        for place, one in inside:
            case = f"case {place + 1}: {{{source[begin:one.begin]}{one.instead}{source[one.end:end]}\n}} break;\n"
            first = text.count("\n") + 1
            lines[place] = range(first, first + case.count("\n"))
            text += case
        text += f"default: {{{source[begin:end]}}} }}"
        done = end
    return text + source[done:], lines


def bodies(source: str) -> list[tuple[int, int]]:
    """What is inside the braces of each function, but for those that are computed while compiling."""
    read = tokens(source)
    found, at, head = [], 0, []
    while at < len(read):
        text = read[at].text
        if text != "{":
            head = [] if text in (";", "}") else [*head, text]
        elif head and head[-1] in (")", "const", "noexcept", "override"):
            closed = matching(read, at)
            if "constexpr" not in head:
                found.append((read[at].end, read[closed].begin))
            at, head = closed, []
        elif "=" in head or "enum" in head:
            at = matching(read, at)
        else:
            head = []
        at += 1
    return found


def is_act(words: list[str]) -> bool:
    """Whether words between two semicolons are a call, an assignment, a jump or an increment, not a declaration."""
    if words[0] in ("continue", "break", "++", "--"):
        return True
    head = 1
    while head < len(words) and words[head] in (".", "->", "::", "[", "]") or head < len(words) and words[head - 1] in (".", "->", "::", "["):
        head += 1
    return head < len(words) and words[head] in ("(", "=", "+", "-", "|", "++", "--") and "{" not in words


def matching(read: list[Token], opened: int) -> int:
    """The token that closes the bracket at `opened`."""
    depth = 0
    for at in range(opened, len(read)):
        depth += (read[at].text in "([{") - (read[at].text in ")]}")
        if depth == 0:
            return at
    raise ValueError("brackets do not match")


def statement_end(read: list[Token], start: int) -> int | None:
    return ending(read, start, {";"})


def expression_end(read: list[Token], start: int) -> int | None:
    """The token behind an expression: a semicolon, a comma or a bracket that is not its own."""
    return ending(read, start, {";", ","})


def ending(read: list[Token], start: int, ends: set[str]) -> int | None:
    depth = 0
    for at in range(start, len(read)):
        text = read[at].text
        if depth == 0 and (text in ends or text in ")]}"):
            return at if text in ends or ends != {";"} else None
        depth += (text in "([{") - (text in ")]}")
    return None


OPERATORS = (swaps, numbers, texts, negations, dropped, guards, choices)
