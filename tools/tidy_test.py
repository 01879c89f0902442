"""What each rule of tidy.py catches and lets pass, on small trees; and that the repository itself is tidy."""

import pytest
import tidy
from tidy_rules import layers, pages, ratchet, rules
from tidy_rules.tree import Tree, read_repository

HEADER = "// What it is for.\n#pragma once\n"
README = "# a\n\n## Where to look\n"


def messages(findings) -> list[str]:
    return [finding.message for finding in findings]


def test_the_repository_is_tidy():
    found = tidy.findings(read_repository())
    if found:
        pytest.fail("\n".join(str(finding) for finding in found), pytrace=False)


@pytest.mark.parametrize(
    ("path", "included"),
    [
        ("src/base/a.cpp", "base/b.hpp"),
        ("src/objects/a.cpp", "base/b.hpp"),
        ("src/objects/a.cpp", "store/b.hpp"),
        ("src/service/s3/a.cpp", "service/s3/b.hpp"),
        ("src/service/s3/a.cpp", "service/table.hpp"),
        ("src/service/sagemaker/a.cpp", "learn/xgboost/parameters.hpp"),
        ("src/service/sagemaker/a.cpp", "learn/contract.hpp"),
        ("src/service/sagemaker/a.cpp", "learn/contract_jumpstart.hpp"),
        ("src/app/main.cpp", "service/s3/service.hpp"),
    ],
)
def test_an_include_that_points_down(path, included):
    assert layers.check_layers(Tree({path: f'#include "{included}"\n'})) == []


@pytest.mark.parametrize(
    ("path", "included", "word"),
    [
        ("src/base/a.cpp", "store/b.hpp", "may not include store/"),
        ("src/store/a.cpp", "aws/error.hpp", "may not include aws/"),
        ("src/http/a.cpp", "store/a.hpp", "may not include store/"),
        ("src/service/s3/a.cpp", "service/iam/b.hpp", "aws::Caller"),
        ("src/service/sagemaker/a.cpp", "learn/xgboost/train.hpp", "may not include learn/"),
        ("src/service/sagemaker/a.cpp", "infer/model.hpp", "may not include infer/"),
        ("src/base/a.cpp", "nowhere/b.hpp", "no such folder"),
        ("src/base/a.cpp", "b.hpp", "relative to src/"),
        ("src/misc/a.cpp", "base/b.hpp", "not in the table"),
    ],
)
def test_an_include_that_does_not(path, included, word):
    assert word in "; ".join(messages(layers.check_layers(Tree({path: f'#include "{included}"\n'}))))


def test_the_build_uses_no_more_than_includes_may():
    fine = Tree({"src/http/CMakeLists.txt": "millrace_folder(NAME http USES base LINKS llhttp)"})
    wrong = Tree({"src/http/CMakeLists.txt": "millrace_folder(NAME http USES base store LINKS llhttp)"})
    assert layers.check_layers(fine) == []
    assert messages(layers.check_layers(wrong)) == ["http/ may not use store"]


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (rules.check_sql, "src/jobs/a.cpp", 'run("SELECT name FROM job");'),
        (rules.check_sql, "src/jobs/a.cpp", 'run("INSERT OR REPLACE INTO job VALUES (?)");'),
        (rules.check_sql, "src/jobs/a.cpp", 'run("select count(*), name from job where id = ?");'),
        (rules.check_sql, "src/jobs/a.cpp", "#include <sqlite3.h>"),
        (rules.check_macros, "src/base/a.hpp", "#define TWICE(x) ((x) * 2)"),
        (rules.check_using_namespace, "src/base/a.cpp", "using namespace std;"),
        (rules.check_using_namespace, "src/base/a.hpp", "using namespace std::chrono_literals;"),
        (rules.check_switched_off, "src/base/a_test.cpp", "TEST(Text, DISABLED_Splits) {}"),
        (rules.check_switched_off, "src/base/a_test.cpp", "  GTEST_SKIP();"),
        (rules.check_switched_off, "src/base/a.cpp", "#if 0"),
        (rules.check_switched_off, "tests/wire/a_test.py", "@pytest.mark.skipif(True, reason='')"),
        (rules.check_switched_off, "tests/wire/a_test.py", "    pytest.skip('later')"),
        (rules.check_marks, "src/base/a.cpp", "// TODO: later"),
        (rules.check_suppressions, "src/base/a.cpp", "f();  // NOLINT"),
        (rules.check_suppressions, "src/base/a.cpp", "f();  // NOLINT(bugprone-x)"),
        (rules.check_registries, "docs/a.md", "see https://pypi" + ".org/simple"),
        (rules.check_openings, "src/base/a.cpp", '#include "base/a.hpp"\n'),
        (rules.check_openings, "tools/a.py", "import os\n"),
        (rules.check_headers, "src/base/a.hpp", HEADER),
        (rules.check_folders, "src/base/a.cpp", "// What it is for.\n"),
        (rules.check_links, "docs/a.md", "see [the map](../GONE.md)"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (expected != signature.signature) throw"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (key.secret == given) return"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", 'if (credential->session_token.value_or("") != given)'),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "return given == user.login->password_hash;"),
        (rules.check_secret_comparisons, "src/aws/a.hpp", "return secret_ == other.secret_;"),
    ],
)
def test_a_rule_catches(check, path, text):
    assert check(Tree({path: text}))


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (rules.check_sql, "src/store/a.cpp", 'run("SELECT name FROM job");'),
        (rules.check_sql, "src/service/iam/store.cpp", 'run("SELECT name FROM job");'),
        (rules.check_sql, "src/jobs/a.cpp", 'throw Error("Select a name from the list");'),
        (rules.check_macros, "src/base/assert.hpp", "#define MILLRACE_ASSERT(condition)"),
        (rules.check_using_namespace, "src/base/a.cpp", "using namespace std::chrono_literals;"),
        (rules.check_marks, "src/base/a.cpp", 'mkstemp("a.XXXXXX")'),
        (rules.check_suppressions, "src/base/a.cpp", "f();  // NOLINT(bugprone-x): the C interface wants it"),
        (rules.check_links, "docs/a.md", "see [itself](a.md#part), [outside](https://example.com/b), [folder](../docs)"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (!base::equal_in_constant_time(expected, signature.signature)) throw"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", 'if (name == "x-amz-trailer-signature")'),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (find(names, name) == signature.signed_headers.end())"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (password == nullptr || policy.password_length == 8)"),
        (rules.check_secret_comparisons, "src/aws/a.cpp", "if (error.fault == SignatureFault::missing)"),
        (rules.check_secret_comparisons, "src/aws/a_test.cpp", "EXPECT_TRUE(key.secret == secret);"),
        (rules.check_openings, "tools/a.py", '#!/usr/bin/env python3\n"""What it is for."""\n'),
    ],
)
def test_a_rule_lets_pass(check, path, text):
    assert check(Tree({path: text})) == []


def test_a_header_that_somebody_includes():
    tree = Tree({"src/base/a.hpp": HEADER, "src/http/b.cpp": '#include "base/a.hpp"\n'})
    assert rules.check_headers(tree) == []


def test_the_opening_of_a_header_serves_its_source_and_test():
    plain = '#include "base/a.hpp"\n'
    tree = Tree({"src/base/a.hpp": HEADER, "src/base/a.cpp": plain, "src/base/a_test.cpp": plain})
    assert rules.check_openings(tree) == []


def test_a_folder_with_its_readme_and_library():
    files = {"src/base/a.cpp": "// A.\n", "src/base/README.md": README + "`a.cpp`", "src/base/CMakeLists.txt": ""}
    assert rules.check_folders(Tree(files)) == []
    files["src/base/README.md"] = README + "| text | `gone.hpp` |"
    assert messages(rules.check_folders(Tree(files))) == ["names gone.hpp, which does not exist"]


LIMITS = {"function_lines": 5, "file_lines": 20, "longer_functions": {}, "longer_files": {}}


def long_function(lines: int) -> Tree:
    body = "  a();\n" * (lines - 2)
    return Tree({"src/base/a.cpp": "void f() {\n" + body + "}\n"})


def test_lengths():
    assert ratchet.check_lengths(long_function(5), LIMITS) == []
    assert messages(ratchet.check_lengths(long_function(6), LIMITS)) == ["function f has 6 lines, over 5: split it"]
    assert len(ratchet.check_lengths(long_function(21), LIMITS)) == 2


def test_an_exception_holds_at_its_own_length():
    limits = {**LIMITS, "longer_functions": {"src/base/a.cpp::f": 8}}
    assert ratchet.check_lengths(long_function(8), limits) == []
    assert ratchet.check_lengths(long_function(9), limits)
    assert "set it to 7" in messages(ratchet.check_lengths(long_function(7), limits))[0]
    assert "remove it" in messages(ratchet.check_lengths(long_function(5), limits))[0]


def test_a_ratchet_only_tightens():
    def tightening(now, before):
        return ratchet.check_tightening({**LIMITS, **now}, {**LIMITS, **before})

    assert tightening({"file_lines": 19}, {}) == []
    assert tightening({"file_lines": 21}, {})
    assert tightening({"longer_files": {"a": 30}}, {"longer_files": {"a": 31}}) == []
    assert tightening({"longer_files": {"a": 32}}, {"longer_files": {"a": 31}})
    assert tightening({"longer_files": {"a": 30}}, {})


def test_an_inner_structure_names_its_type():
    wrong = Tree({"src/a/b.cpp": "A a{\n    .inner = {.name = text()},\n    .last = 1};\n"})
    fine = Tree({"src/a/b.cpp": "A a{.inner = Inner{.name = text()}, .empty = {}};\na.inner = {.name = text()};\n"})
    assert [(finding.line, "name the type" in finding.message) for finding in rules.check_inner_initialisers(wrong)] == [(2, True)]
    assert rules.check_inner_initialisers(fine) == []


LIMITED = "constexpr std::size_t size_limit = 4 * 1024;\n"
TESTED = 'TEST(Sizes,\n     AreBounded) {\n'
HEADING = "| Limit | Bound | Over it | Declared | Tests |\n|---|---|---|---|---|\n"


def limits(row: str, code: str = LIMITED):
    return pages.check_pages(Tree({pages.LIMITS: HEADING + row, "src/base/a.hpp": code, "src/base/a_test.cpp": TESTED}))


def test_a_limit_that_is_the_codes_and_is_tested():
    assert limits("| a size | 4 KiB | refused | `base/a.hpp` `size_limit` | `Sizes.AreBounded` |\n") == []
    in_seconds = "constexpr std::chrono::seconds size_limit = std::chrono::minutes(2);\n"
    assert limits("| a time | 2 min | refused | `base/a.hpp` `size_limit` | `Sizes.AreBounded` |\n", in_seconds) == []


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("| a size | 5 KiB | refused | `base/a.hpp` `size_limit` | `Sizes.AreBounded` |\n", "says 5 KiB, but size_limit is 4096"),
        ("| a size | 4 KiB | refused | `base/b.hpp` `size_limit` | `Sizes.AreBounded` |\n", "src/base/b.hpp declares no size_limit"),
        ("| a size | large | refused | `base/a.hpp` `size_limit` | `Sizes.AreBounded` |\n", "is not a number"),
        ("| a size | 4 KiB | refused | `base/a.hpp` `size_limit` | `Sizes.AreBound` |\n", "names the test Sizes.AreBound"),
        ("| a size | 4 KiB | refused | `base/a.hpp` `size_limit` | `wire/a_test.py::test_a` |\n", "names the test wire/a_test.py::test_a"),
        ("| a size | 4 KiB | refused | `base/a.hpp` `size_limit` | none |\n", "a line names the test"),
        ("", "size_limit is not on docs/limits.md"),
    ],
)
def test_a_limit_that_is_not(row, word):
    assert any(word in message for message in messages(limits(row)))
