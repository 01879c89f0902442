"""Holds the repository to its style: prints what is untidy, each with how to put it right, and fails if anything is."""

import sys

from tidy_rules import layers, pages, ratchet, rules
from tidy_rules.tree import Finding, Tree, read_repository


def findings(tree: Tree) -> list[Finding]:
    found = layers.check_layers(tree) + pages.check_pages(tree)
    for check in rules.ALL:
        found += check(tree)
    found += ratchet.check_lengths(tree, ratchet.current())
    for before in ratchet.earlier_versions():
        found += ratchet.check_tightening(ratchet.current(), before)
    return found


def main() -> int:
    found = findings(read_repository())
    for finding in found:
        print(finding)
    print(f"tidy: {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
