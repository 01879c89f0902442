// For tests: everything of identity that one start of the server has.
#pragma once

#include "identity/directory.hpp"
#include "store/grouped_database.hpp"

#include <memory>

namespace millrace::identity::testing {

struct Running {
  Running(base::Files& files, base::Clock& clock, base::Random& random)
      : vault(files, random, "/data"),
        database(files, {.path = "/data/millrace.db"}),
        records(database),
        directory(database, records, vault, clock, random),
        authority(make_authority(directory, clock)) {}

  Vault vault;
  store::GroupedDatabase database;
  store::Records records;
  Directory directory;
  std::unique_ptr<Authority> authority;
};

}  // namespace millrace::identity::testing
