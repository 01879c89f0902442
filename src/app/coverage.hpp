// `millrace coverage`: docs/coverage.md, from the tables of operations and the contracts of
// algorithms.
#pragma once

namespace millrace::app {

int print_coverage();

}  // namespace millrace::app
