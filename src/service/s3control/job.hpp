// A batch job as its record keeps it: what was asked for, its status, and how far it is.
#pragma once

#include "base/value.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3control {

constexpr std::string_view job_kind = "s3control/job";
constexpr std::string_view batch_principal = "batchoperations.s3.amazonaws.com";
constexpr std::chrono::days kept_after_end{90};

// Statuses, as AWS names them. They are what a restarted server goes on from.
namespace status {
constexpr std::string_view created = "New";
constexpr std::string_view preparing = "Preparing";
constexpr std::string_view suspended = "Suspended";
constexpr std::string_view ready = "Ready";
constexpr std::string_view active = "Active";
constexpr std::string_view paused = "Paused";
constexpr std::string_view completing = "Completing";
constexpr std::string_view complete = "Complete";
constexpr std::string_view cancelling = "Cancelling";
constexpr std::string_view cancelled = "Cancelled";
constexpr std::string_view failing = "Failing";
constexpr std::string_view failed = "Failed";
}  // namespace status

[[nodiscard]] bool is_over(std::string_view job_status);
// Waits for the job's turn, or has it.
[[nodiscard]] bool is_running(std::string_view job_status);
// Nothing will happen unless somebody asks for it.
[[nodiscard]] bool rests(std::string_view job_status);

struct Counts {
  std::int64_t total = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  [[nodiscard]] std::int64_t ran() const { return succeeded + failed; }
  void add(bool success) { ++(success ? succeeded : failed); }
};

struct Job {
  store::Key key;  // its name is the job's id
  std::string arn;
  std::string status{status::created};
  base::Timestamp created;
  // Members of the request as DescribeJob shows them: Operation, Manifest, Report, ...
  base::Map shown;
  std::int64_t priority = 0;
  bool needs_confirmation = true;
  std::string token;             // the client's
  std::string digest;            // of all that the client asked for, which a token stands for
  std::optional<Counts> counts;  // once the manifest is read
  base::Milliseconds active{0};
  std::optional<base::Timestamp> ended;

  [[nodiscard]] const std::string& id() const { return key.name; }
  [[nodiscard]] std::string text(std::string_view member) const;  // of `shown`; empty when absent
  [[nodiscard]] const base::Value* find(std::string_view member) const {
    return shown.find(member);
  }
  // The one member of its operation, and what that holds.
  [[nodiscard]] std::string operation_name() const;
  [[nodiscard]] base::Map operation() const;
  void add_failure(std::string_view code, std::string_view reason);
};

[[nodiscard]] store::Record to_record(const Job& job);
[[nodiscard]] Job to_job(const store::Record& record);

// JSON has no times: makes those again of the members that are.
void revive_times(base::Value& value);

}  // namespace millrace::service::s3control
