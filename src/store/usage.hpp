// What a data folder's rows say of the room that somebody uses.
#pragma once

#include <cstdint>
#include <string>

namespace millrace::store {

struct Usage {
  std::string account;
  std::string service;
  std::string what;  // a bucket; empty: all of the account's in that service
  std::int64_t things = 0;
  std::int64_t bytes = 0;
};

}  // namespace millrace::store
