// For tests: identity and the organisations over it, as one start of the server has them.
#pragma once

#include "identity/testing/running.hpp"
#include "organizations/organizations.hpp"

namespace millrace::organizations::testing {

struct Running : identity::testing::Running {
  Running(base::Files& files, base::Clock& clock, base::Random& random)
      : identity::testing::Running(files, clock, random),
        organizations(database, records, directory, clock, random) {}

  Organizations organizations;
};

}  // namespace millrace::organizations::testing
