"""The licences of what is linked or shipped hold, and the rules that say so catch what they should."""

import os
import pathlib

import licences
import pytest
from licences import Dependency

BUILD = pathlib.Path(os.environ.get("MILLRACE_BUILD", licences.ROOT / "build"))


def dependency(**changes) -> Dependency:
    return Dependency(**{"name": "Thing", "from_": "libthing-dev", "use": "linked", "licence": "MIT", "says": "MIT", **changes})


def test_what_is_linked_or_shipped_may_be():
    found = licences.problems(licences.read_table(), BUILD)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(
    "changes",
    [{}, {"licence": "LGPL-2.1-or-later", "dynamic": True}, {"licence": "GPL-3.0-or-later WITH GCC-exception-3.1"},
     {"licence": "GPL-2.0", "use": "tests"}],
)
def test_allowed(changes):
    assert licences.refusal(dependency(**changes)) is None


@pytest.mark.parametrize(
    "changes",
    [{"licence": "GPL-2.0"}, {"licence": "AGPL-3.0", "use": "data"}, {"licence": "LGPL-2.1-or-later"}, {"licence": "SSPL-1.0"}],
)
def test_refused(changes):
    assert licences.refusal(dependency(**changes))


def test_a_claim_without_a_licence_file_is_refused():
    assert licences.unproven(dependency())


def test_a_package_that_is_not_listed():
    assert licences.missing([dependency()], ["libthing-dev", "libother-dev"]) == ["libother-dev is not in tools/licences.json"]


def test_a_library_that_is_not_listed():
    listed = licences.unlisted([dependency(runtime=("libc6",))], "millrace", ["/lib/x86_64-linux-gnu/libc.so.6", "/opt/libx.so"])
    assert listed == ["millrace loads /opt/libx.so, which is not in tools/licences.json"]
