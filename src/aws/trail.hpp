// What the requests of the last hour were decided: which actions on which resources each was
// allowed, and every refusal with its whole question.
#pragma once

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "base/value.hpp"
#include "identity/authority.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

// One action on one resource.
struct Use {
  std::string action;
  std::string resource;
  auto operator<=>(const Use&) const = default;
};

// A question that was answered with no.
struct Denial {
  policy::Question question;  // whole: what was worked out on demand stands in its conditions
  policy::Decision decision;
};

// What one request asked for, and what became of it.
struct Decided {
  base::Timestamp time;  // of its answer, on the service clock
  std::string request_id;
  std::string operation;  // "s3:GetObject"; empty where none was found
  std::string account;
  std::string principal;  // its ARN; empty for the anonymous
  std::string role;       // of a role's session: the role's ARN
  std::string access_key_id;
  std::string source_ip;
  int status = 0;
  std::string error;  // its code and its words; empty where there was none
  std::string message;
  std::vector<Use> allowed;
  std::vector<Denial> denied;
};

struct TrailQuery {
  std::string principal;  // an ARN, of a session's role too; empty: everybody
  std::optional<base::Timestamp> since;
};

// In memory of a fixed size: the oldest go first, and all go after an hour. Safe from any thread.
class Trail {
 public:
  // Both outlive it.
  Trail(base::Clock& clock, base::Log& log);
  ~Trail();
  Trail(const Trail&) = delete;
  Trail& operator=(const Trail&) = delete;

  void add(const Decided& decided);
  // Nothing when it is no request of the last hour, or of so many since.
  [[nodiscard]] std::optional<Decided> find(std::string_view request_id);
  // Requests that were denied something, the newest first.
  [[nodiscard]] std::vector<Decided> denied(std::size_t most);
  // What was allowed, each once and in order.
  [[nodiscard]] std::vector<Use> uses(const TrailQuery& query);

  // From now on each request is a line of this file too, after those that are in it, while the file
  // is within the bound.
  void record_to(base::Files& files, const std::string& path,
                 std::uint64_t bytes = record_bytes_limit);

  static constexpr std::chrono::hours kept_for{1};
  static constexpr std::size_t requests_bytes_limit = 16 * 1024 * 1024;
  static constexpr std::size_t denials_bytes_limit = 16 * 1024 * 1024;
  static constexpr std::uint64_t record_bytes_limit = 1024 * 1024 * 1024;

 private:
  class Recording;
  // A request as one text, which costs one allocation and tells its own size.
  struct Packed {
    base::Timestamp time;
    std::string text;
  };
  struct Kept {
    base::Timestamp time;
    std::string request_id;
    std::vector<Denial> denied;
    std::size_t size = 0;
  };

  void keep(Packed packed);
  void keep_denials(const Decided& decided);
  [[nodiscard]] std::vector<Denial> denials_of(std::string_view request_id) const;

  base::Clock& clock_;
  base::Log& log_;
  std::mutex mutex_;  // guards all below
  std::deque<Packed> requests_;
  std::size_t requests_bytes_ = 0;
  std::deque<Kept> denials_;
  std::size_t denials_bytes_ = 0;
  std::unique_ptr<Recording> recording_;  // null: none is asked for
};

// A recording's line, and what it says was allowed; nothing for what is no such line.
[[nodiscard]] std::string recorded_line(const Decided& decided);
[[nodiscard]] std::optional<std::vector<Use>> uses_in(std::string_view line,
                                                      const TrailQuery& query);

}  // namespace millrace::aws
