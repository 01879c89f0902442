// Resources as records: a name, a document, an ARN, and the facets that every record has (tags,
// resource policy).
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"
#include "store/database.hpp"
#include "store/stamps.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::store {

struct Key {
  std::string account;
  std::string region;  // empty for global resources
  std::string kind;    // "sagemaker/training-job"
  std::string name;    // unique within the three above
  bool operator==(const Key&) const = default;
};

[[nodiscard]] std::string stamp_name(const Key& key);

struct Record {
  Key key;
  std::string arn;
  base::Value document;  // the engine's own; kept as JSON. Times inside it come back as epoch
                         // seconds (numbers).
  base::Timestamp created;
  base::Timestamp modified;
  std::string status;        // indexed, may be empty
  std::int64_t version = 1;  // grows with each change
};

using Tags = std::vector<std::pair<std::string, std::string>>;

struct TaggedRecord {
  Record record;
  Tags tags;
};

struct AlreadyExists : std::runtime_error {
  explicit AlreadyExists(const Key& taken)
      : std::runtime_error(taken.kind + " " + taken.name + " exists"), key(taken) {}
  Key key;
};

class Records {
 public:
  explicit Records(Database& database);
  ~Records();
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  void create(const Record& record, const Tags& tags = {});  // throws AlreadyExists
  [[nodiscard]] std::optional<Record> find(const Key& key);
  [[nodiscard]] std::optional<Record> find_arn(std::string_view arn);
  // Reads, lets `change` alter document and status, writes, in one commit; the record as it then
  // is, nothing when it is absent. What `change` throws leaves the record as it was.
  std::optional<Record> update(const Key& key, base::Timestamp now,
                               const std::function<void(Record&)>& change);
  bool erase(const Key& key);  // with its facets; false when it was absent
  // All records of a kind in name order, for the account and region of `scope` (its name is
  // ignored).
  [[nodiscard]] std::vector<Record> list(const Key& scope);
  [[nodiscard]] std::size_t count(const Key& scope);  // of what `list` gives
  // All records of an account and region whose kind begins so ("iam/"), each with its tags, in the
  // order of kinds and names: of one moment, in two statements.
  [[nodiscard]] std::vector<TaggedRecord> list_tagged(std::string_view account,
                                                      std::string_view region,
                                                      std::string_view kind_prefix);
  [[nodiscard]] std::vector<Record> list_every(
      std::string_view kind);  // over all accounts and regions: start-up

  [[nodiscard]] Tags tags(std::string_view arn);
  void set_tags(std::string_view arn, const Tags& tags);  // adds and replaces
  void remove_tags(std::string_view arn, const std::vector<std::string>& names);
  [[nodiscard]] std::optional<std::string> resource_policy(std::string_view arn);
  void set_resource_policy(std::string_view arn, const std::optional<std::string>& policy);
  // Every record, tag and policy of an account is gone.
  void empty_account(std::string_view account);

  // The same inside a write that the caller has open, for changes that belong together.
  void create_in(Connection& connection, const Record& record, const Tags& tags = {});
  [[nodiscard]] std::optional<Record> find_in(Connection& connection, const Key& key);
  std::optional<Record> update_in(Connection& connection, const Key& key, base::Timestamp now,
                                  const std::function<void(Record&)>& change);
  bool erase_in(Connection& connection, const Key& key);

  // For what is kept of records in memory, by `stamp_name` of their key.
  [[nodiscard]] const Stamps& stamps() const { return stamps_; }

 private:
  Database& database_;
  Stamps stamps_;
};

}  // namespace millrace::store
