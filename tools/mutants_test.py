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
