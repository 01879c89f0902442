#include "app/audit.hpp"

#include "base/json.hpp"
#include "policy/context.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace millrace::app {

namespace {

constexpr std::string_view group = "identity";
constexpr std::string_view stream = "changes";
constexpr std::int64_t page_size = 1000;

// No account has this name.
telemetry::Scope nobodys() { return {.account = "audit", .region = ""}; }

base::Map identity_of(const aws::IdentityChange& change) {
  const policy::Principal& who = change.principal;
  using Kind = policy::Principal::Kind;
  base::Map value{{"type", who.kind == Kind::root   ? std::string_view("Root")
                           : who.kind == Kind::user ? std::string_view("IAMUser")
                                                    : policy::principal_type(who.kind)}};
  if (!who.user_id.empty()) value.set("principalId", who.user_id);
  if (!who.arn.empty()) value.set("arn", who.arn);
  if (!who.account.empty()) value.set("accountId", who.account);
  if (!change.access_key_id.empty()) value.set("accessKeyId", change.access_key_id);
  if (who.kind == Kind::user) value.set("userName", who.name);
  if (!who.role_arn.empty())
    value.set("sessionContext", base::Map{{"sessionIssuer", base::Map{{"type", "Role"},
                                                                      {"arn", who.role_arn},
                                                                      {"accountId", who.account},
                                                                      {"userName", who.name}}}});
  return value;
}

std::string_view text_at(const base::Value& event, std::initializer_list<std::string_view> path) {
  const base::Value* at = &event;
  for (const std::string_view name : path) {
    at = at->find(name);
    if (at == nullptr) return {};
  }
  return at->is_text() ? std::string_view(at->text()) : std::string_view();
}

bool is_asked_for(const AuditQuery& query, const base::Value& event) {
  if (!query.account.empty() && text_at(event, {"recipientAccountId"}) != query.account)
    return false;
  if (query.principal.empty()) return true;
  return text_at(event, {"userIdentity", "arn"}) == query.principal ||
         text_at(event, {"userIdentity", "sessionContext", "sessionIssuer", "arn"}) ==
             query.principal;
}

}  // namespace

void Audit::append(base::Timestamp time, const base::Map& event) {
  const auto events =
      std::to_array<telemetry::LogEvent>({{.time = time, .message = base::write_json(event)}});
  logs_.append(nobodys(), group, stream, events);
}

void Audit::record(const aws::IdentityChange& change) {
  base::Map event{
      {"eventTime", base::iso8601(change.time)}, {"eventSource", change.service + ".amazonaws.com"},
      {"eventName", change.operation},           {"userIdentity", identity_of(change)},
      {"sourceIPAddress", change.source_ip},     {"userAgent", change.user_agent},
      {"requestParameters", change.parameters}};
  if (!change.issued_key.empty())
    event.set("responseElements", base::Map{{"accessKeyId", change.issued_key}});
  event.set("requestID", change.request_id);
  event.set("recipientAccountId", change.account);
  append(change.time, event);
}

void Audit::record_operator(std::string_view what, const std::string& account) {
  const base::Timestamp now = clock_.service();
  append(now, base::Map{{"eventTime", base::iso8601(now)},
                        {"eventSource", "millrace"},
                        {"eventName", what},
                        {"userIdentity", base::Map{{"type", "Operator"}}},
                        {"sourceIPAddress", "control.sock"},
                        {"requestParameters", base::Map{}},
                        {"recipientAccountId", account}});
}

std::vector<base::Value> Audit::changes(const AuditQuery& query) {
  telemetry::EventQuery page{.group = std::string(group),
                             .stream = std::string(stream),
                             .from = query.since,
                             .limit = page_size,
                             .forward = false};
  std::vector<base::Value> found;  // newest first, until the end
  if (!logs_.group(nobodys(), group)) return found;
  while (found.size() < query.limit) {
    const auto events = logs_.events(nobodys(), page);
    for (const telemetry::StoredEvent& event : std::ranges::reverse_view(events)) {
      base::Value change = base::parse_json(event.message);
      if (found.size() < query.limit && is_asked_for(query, change))
        found.push_back(std::move(change));
    }
    if (events.size() < static_cast<std::size_t>(page_size)) break;
    const auto& oldest = events.front();
    page.position = {oldest.time.time_since_epoch().count(), oldest.id};
  }
  std::ranges::reverse(found);
  return found;
}

}  // namespace millrace::app
