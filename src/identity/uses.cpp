#include "identity/uses.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace millrace::identity {
namespace {

// As long as AWS tells of uses.
constexpr std::chrono::days tracking_period{400};

// By service and operation the newest of several.
class Newest {
 public:
  void add(KeptUse use) {
    auto& slot = uses_[{use.service, use.operation}];
    if (slot.at <= use.at) slot = std::move(use);
  }
  [[nodiscard]] std::vector<KeptUse> take() {
    std::vector<KeptUse> all;
    for (auto& [name, use] : uses_) all.push_back(std::move(use));
    return all;
  }

 private:
  std::map<std::pair<std::string, std::string>, KeptUse> uses_;
};

}  // namespace

Uses::Uses(store::Database& database) : database_(database) { database_.declare(use_schema()); }

void Uses::note(const Use& use) {
  const std::lock_guard lock(mutex_);
  auto of_id = noted_.find(use.id);
  if (of_id != noted_.end()) {
    const auto known = of_id->second.uses.find(use);
    if (known != of_id->second.uses.end()) {
      known->second.at = std::max(known->second.at, use.at);
      if (known->second.region != use.region) known->second.region = use.region;
      return;
    }
  }
  if (count_ >= noted_uses_limit) return;
  ++count_;
  if (of_id == noted_.end()) {
    of_id = noted_.emplace(std::string(use.id), NotedOfId{}).first;
    of_id->second.account = use.account;
  }
  of_id->second.uses.emplace(Name{.service = std::string(use.service),
                                  .operation = std::string(use.operation),
                                  .access_key = std::string(use.access_key)},
                             Noted{.at = use.at, .region = std::string(use.region)});
}

std::vector<UseRow> Uses::rows_being_written() const {
  std::vector<UseRow> rows;
  for (const auto& [id, of_id] : being_written_) {
    for (const auto& [name, noted] : of_id.uses) {
      UseRow row{.account = of_id.account,
                 .id = id,
                 .service = name.service,
                 .operation = name.operation,
                 .region = noted.region,
                 .at = noted.at};
      rows.push_back(row);
      if (name.access_key.empty()) continue;
      row.id = name.access_key;
      row.operation = "";
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void Uses::write(base::Timestamp now) {
  const std::lock_guard writing(writing_);
  {
    const std::lock_guard lock(mutex_);
    // What an earlier writing failed at is tried again, before what came later.
    if (being_written_.empty()) {
      being_written_ = std::exchange(noted_, {});
      count_ = 0;
    }
    if (being_written_.empty()) return;
  }
  const auto rows = rows_being_written();
  database_.write([&](store::Connection& connection) {
    for (const UseRow& row : rows) upsert_use(connection, row);
    delete_uses_before(connection, now - tracking_period);
  });
  const std::lock_guard lock(mutex_);
  being_written_.clear();
}

void Uses::add_noted(std::string_view id,
                     const std::function<void(const Name&, const Noted&)>& add) const {
  for (const NotedUses* uses : {&noted_, &being_written_}) {
    const auto of_id = uses->find(id);
    if (of_id == uses->end()) continue;
    for (const auto& [name, noted] : of_id->second.uses) add(name, noted);
  }
}

std::vector<KeptUse> Uses::of(std::string_view id) {
  Newest newest;
  {
    // Before the rows are read: what is written in between is in both.
    const std::lock_guard lock(mutex_);
    add_noted(id, [&](const Name& name, const Noted& noted) {
      newest.add({.service = name.service,
                  .operation = name.operation,
                  .region = noted.region,
                  .at = noted.at});
    });
  }
  const auto select = [&](store::Connection& connection) { return select_uses(connection, id); };
  for (const UseRow& row : database_.read(select)) {
    newest.add(
        {.service = row.service, .operation = row.operation, .region = row.region, .at = row.at});
  }
  return newest.take();
}

std::vector<KeptUse> Uses::of_key(std::string_view id, std::string_view access_key) {
  Newest newest;
  {
    const std::lock_guard lock(mutex_);
    add_noted(id, [&](const Name& name, const Noted& noted) {
      if (name.access_key != access_key) return;
      newest.add(
          {.service = name.service, .operation = "", .region = noted.region, .at = noted.at});
    });
  }
  for (KeptUse& use : of(access_key)) newest.add(std::move(use));
  return newest.take();
}

void Uses::empty(std::string_view account) {
  const std::lock_guard writing(writing_);
  {
    const std::lock_guard lock(mutex_);
    for (NotedUses* uses : {&noted_, &being_written_}) {
      std::erase_if(*uses,
                    [account](const auto& entry) { return entry.second.account == account; });
    }
    count_ = 0;
    for (const auto& [id, of_id] : noted_) count_ += of_id.uses.size();
  }
  database_.write([&](store::Connection& connection) { delete_account_uses(connection, account); });
}

const KeptUse* newest(const std::vector<KeptUse>& uses) {
  const auto found = std::max_element(
      uses.begin(), uses.end(), [](const KeptUse& a, const KeptUse& b) { return a.at < b.at; });
  return found == uses.end() ? nullptr : &*found;
}

}  // namespace millrace::identity
