// When access keys, users and roles were last used, and for which services: noted in memory at each
// request, written behind. A crash forgets what was noted since the last writing.
#pragma once

#include "base/time.hpp"
#include "identity/store.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace millrace::identity {

// Noted between two writings; what is new beyond them counts at its next use.
constexpr std::size_t noted_uses_limit = 100'000;

// One authenticated request. `id` is of a user, a role or the account itself.
struct Use {
  std::string_view account;
  std::string_view id;
  std::string_view access_key;  // empty: temporary credentials, which nobody asks about
  std::string_view service;     // the prefix of its actions; empty: by an engine, for whatever
  std::string_view operation;
  std::string_view region;
  base::Timestamp at;
};

// A use as it is kept: of an id, which may be an access key's, by its service and operation.
struct KeptUse {
  std::string service;
  std::string operation;
  std::string region;
  base::Timestamp at;
};

// Safe from any thread.
class Uses {
 public:
  explicit Uses(store::Database& database);

  void note(const Use& use);
  // What was noted since the last writing becomes durable, in one commit.
  void write(base::Timestamp now);
  // By service and operation; also what is not written yet.
  [[nodiscard]] std::vector<KeptUse> of(std::string_view id);
  // By service.
  [[nodiscard]] std::vector<KeptUse> of_key(std::string_view id, std::string_view access_key);
  void empty(std::string_view account);

 private:
  // One use of an id is told from another by these.
  struct Name {
    std::string service, operation, access_key;
  };
  struct NameLess {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return parts(a) < parts(b);
    }
    template <class T>
    static auto parts(const T& name) {
      return std::tuple<std::string_view, std::string_view, std::string_view>(
          name.operation, name.service, name.access_key);
    }
  };
  struct Noted {
    base::Timestamp at;
    std::string region;
  };
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  struct NotedOfId {
    std::string account;
    std::map<Name, Noted, NameLess> uses;
  };
  using NotedUses = std::unordered_map<std::string, NotedOfId, IdHash, std::equal_to<>>;

  void add_noted(std::string_view id,
                 const std::function<void(const Name&, const Noted&)>& add) const;
  [[nodiscard]] std::vector<UseRow> rows_being_written() const;

  store::Database& database_;
  std::mutex writing_;  // one writing at a time
  std::mutex mutex_;
  std::size_t count_ = 0;    // guarded by mutex_; of noted_
  NotedUses noted_;          // guarded by mutex_
  NotedUses being_written_;  // guarded by mutex_, and changed by who is writing only
};

// The newest; null where there is none.
[[nodiscard]] const KeptUse* newest(const std::vector<KeptUse>& uses);

}  // namespace millrace::identity
