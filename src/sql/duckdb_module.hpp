// What the library `millrace-duckdb` offers to `engine.cpp`, which loads it.
#pragma once

#include "sql/engine.hpp"

namespace millrace::sql {

// Without C++'s decorated name, so that it can be looked up. The caller owns what it gives.
extern "C" __attribute__((visibility("default"))) Engine* open_duckdb(const EngineOptions& options);

}  // namespace millrace::sql
