// What is said of a version beyond its bytes, headers and tags; empty in the usual case.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects {

using Attributes = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view standard_class = "STANDARD";

// Keeps a version from being erased.
struct Lock {
  std::string mode;  // GOVERNANCE, COMPLIANCE or empty
  base::Timestamp until;
  std::string hold;  // the legal hold: ON, OFF, or empty where it was never set
  bool operator==(const Lock&) const = default;
};

// In which tier an object of INTELLIGENT_TIERING lies.
struct Lying {
  std::string archive;       // ARCHIVE_ACCESS, DEEP_ARCHIVE_ACCESS, or empty: in none of the two
  base::Timestamp accessed;  // the day of its last reading, or on which it came into the class;
                             // zero: born in it and not read since
  bool operator==(const Lying&) const = default;
};

struct Traits {
  std::string storage_class = std::string(standard_class);
  std::string owner;        // the account that wrote it; empty: the bucket's
  std::string acl;          // JSON; empty: all to its owner and nothing to others
  Attributes encryption;    // how its bytes are sealed; empty: they are not
  std::string restore;      // of an archived one, until when a copy of it is readable
  std::string upload;       // the id of the multipart upload that made it
  std::string replication;  // PENDING, COMPLETED, FAILED, REPLICA or empty
  Lock lock;
  Lying lying;
  bool operator==(const Traits&) const = default;
};

// As a row keeps them: empty text for the usual case, else JSON of what differs from it.
[[nodiscard]] std::string to_text(const Traits& traits);
[[nodiscard]] Traits to_traits(const std::string& text);

[[nodiscard]] std::string to_text(const Attributes& attributes);
[[nodiscard]] Attributes to_attributes(const std::string& text);

}  // namespace millrace::objects
