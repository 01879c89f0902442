// What hangs on a user for other services to look at, and is a record here: SSH public keys,
// signing certificates. They stay the user's through renames.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/value.hpp"
#include "store/records.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// A kind of them, with AWS's ids, quota and words.
struct UserRecordKind {
  std::string_view kind;    // of records
  std::string_view noun;    // "The Certificate with id ... cannot be found."
  std::string_view prefix;  // of ids
  std::size_t id_length;    // without the prefix
  std::size_t limit;        // per user
  std::string_view quota;   // its name
};
extern const UserRecordKind ssh_public_key_kind;
extern const UserRecordKind signing_certificate_kind;

struct UserRecord {
  std::string user_id;
  std::string id;
  bool active = true;
  base::Timestamp uploaded;
  base::Map document;  // the kind's own
};

// Whose records a question is about.
struct RecordHolder {
  std::string account;
  std::string user_id;
};

class UserRecords {
 public:
  UserRecords(const UserRecordKind& kind, store::Records& records)
      : kind_(kind), records_(records) {}

  // The oldest first.
  [[nodiscard]] std::vector<UserRecord> list(const RecordHolder& holder);
  // Of all users of the account.
  [[nodiscard]] std::vector<UserRecord> list_account(const std::string& account);
  // Throws LimitExceeded.
  UserRecord create(const RecordHolder& holder, base::Map document, base::Timestamp now,
                    base::Random& random);
  // These throw NoSuchEntity.
  [[nodiscard]] UserRecord get(const RecordHolder& holder, const std::string& id);
  void set_active(const RecordHolder& holder, const std::string& id, bool active,
                  base::Timestamp now);
  void erase(const RecordHolder& holder, const std::string& id);

 private:
  [[nodiscard]] store::Key key_of(const RecordHolder& holder, const std::string& id) const;
  [[noreturn]] void absent(const std::string& id) const;

  const UserRecordKind& kind_;
  store::Records& records_;
};

}  // namespace millrace::identity
