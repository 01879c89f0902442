// Every change of identity, kept for good in order: who, when, what, from where.
#pragma once

#include "aws/auditor.hpp"
#include "telemetry/logs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::app {

struct AuditQuery {
  std::optional<base::Timestamp> since;
  std::string account;    // whose identities were changed; empty: all
  std::string principal;  // who changed them: an ARN, of a session's role too; empty: all
  std::size_t limit = 100;
};

// Each change is an event of a log that belongs to no account, so that no API reaches it, in the
// form of CloudTrail's records.
class Audit final : public aws::Auditor {
 public:
  // Both outlive it.
  Audit(telemetry::Logs& logs, base::Clock& clock) : logs_(logs), clock_(clock) {}

  void record(const aws::IdentityChange& change) override;
  // What the operator did over the socket.
  void record_operator(std::string_view what, const std::string& account);
  // The newest that the query asks for, oldest first.
  [[nodiscard]] std::vector<base::Value> changes(const AuditQuery& query);

 private:
  void append(base::Timestamp time, const base::Map& event);

  telemetry::Logs& logs_;
  base::Clock& clock_;
};

}  // namespace millrace::app
