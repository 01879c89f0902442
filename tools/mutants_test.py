"""The operators of a mutation run: what they change, and what they leave alone."""

import mutants


def changes(source: str) -> list[str]:
    return [one.applied(source) for one in mutants.mutants(source)]


def test_comparisons_and_connectives_are_swapped():
    found = changes("bool f() { return a == b && c < d; }\n")
    assert "bool f() { return a != b && c < d; }\n" in found
    assert "bool f() { return a == b || c < d; }\n" in found
    assert "bool f() { return a == b && c <= d; }\n" in found


def test_templates_references_and_arrows_stay():
    found = changes("std::vector<int> f(const A& a, B&& b) { g(a)->h(b); }\n")
    assert found == ["std::vector<int> f(const A& a, B&& b) { ; }\n"]


def test_conditions_are_negated():
    assert "if (!(a && b)) g();\n" in changes("if (a && b) g();\n")
    assert "if (a) g();\n" in changes("if (!a) g();\n")
    assert "bool f() { return !(a(b) && c); }\n" in changes("bool f() { return a(b) && c; }\n")


def test_a_negation_that_another_operator_makes_is_made_once():
    assert changes("if (a == b) {}\n") == ["if (a != b) {}\n"]
    assert changes("bool f() { return true; }\n") == ["bool f() { return false; }\n"]


def test_acts_are_dropped_and_declarations_stay():
    assert changes("void f() { const A a(b); a.g(c); d = e; }\n") == [
        "void f() { const A a(b); ; d = e; }\n",
        "void f() { const A a(b); a.g(c); ; }\n",
    ]


def test_guards_are_dropped():
    assert "; g();\n" in changes("if (a && b) return c; g();\n")
    assert "; g();\n" not in changes("if (const auto a = b()) return *a; g();\n")


def test_choices_are_made_for_good():
    found = changes("x = a ? b : c;\n")
    assert "x = a ? b : b ;\n" in found
    assert "x = a ? c: c;\n" in found


def test_comments_and_directives_stay():
    assert changes('#include "a.hpp"\n// a == b\n/* true */\n') == []


def test_a_name_does_not_move_with_the_lines_above():
    source = "x = a == b;\n"
    (one,) = [made for made in mutants.mutants(source) if made.operator == "swap"]
    (other,) = [made for made in mutants.mutants("\n\n  " + source) if made.operator == "swap"]
    assert one.name(source) == other.name("\n\n  " + source) == "swap: x = a == b; => x = a != b;"


def test_one_text_holds_the_mutants_of_all_bodies():
    source = "bool f(int a) {\n  return a == 1;\n}\nint g() { return 2; }\n"
    made = mutants.mutants(source)
    text, lines = mutants.schema(source, made, set(), "chosen")
    for place, one in enumerate(made):
        body = "\n".join(text.splitlines()[lines[place].start - 1 : lines[place].stop - 1])
        assert f"case {place + 1}: {{" in body and one.instead in body
    assert "default: {\n  return a == 1;\n} }}" in text
    assert len(lines) == len(made) == 4


def test_what_is_computed_while_compiling_and_what_is_left_out_is_in_no_such_text():
    source = 'constexpr int f() { return 1; }\nstruct A { bool g() const { return true; } bool a = true; };\nconst char* names[] = {"x"};\n'
    made = mutants.mutants(source)
    inside = {made[place].instead for place in mutants.schema(source, made, set(), "chosen")[1]}
    assert inside == {"false"} and len(made) == 5
    assert mutants.schema(source, made, set(range(len(made))), "chosen")[1] == {}
