// An organisation's parts as records of the store, and back (docs/formats/organizations.md).
#pragma once

#include "organizations/organization.hpp"
#include "store/records.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::organizations {

// An account's own name and address, which it keeps when it leaves.
struct Profile {
  std::string account;
  std::string name;
  std::string email;
  bool is_closed = false;
  bool operator==(const Profile&) const = default;
};

// What must be written to turn one state of an organisation into another. Null: there was, or will
// be, none.
struct RecordChanges {
  struct Made {
    store::Record record;
    store::Tags tags;
  };
  std::vector<Made> made;
  std::vector<store::Record> changed;
  std::vector<store::Key> erased;
};
[[nodiscard]] RecordChanges record_changes(const Organization* before, const Organization* after);

[[nodiscard]] std::vector<Organization> load_organizations(store::Records& records);

[[nodiscard]] store::Record to_record(const Profile& profile);
[[nodiscard]] std::vector<Profile> load_profiles(store::Records& records);

}  // namespace millrace::organizations
