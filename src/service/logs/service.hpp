// CloudWatch Logs: what its operations stand on, and its entry for dispatch.
#pragma once

#include "aws/operation.hpp"
#include "telemetry/logs.hpp"

namespace millrace::service::logs {

struct Service {
  telemetry::Logs& logs;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

[[nodiscard]] telemetry::Scope scope_of(const aws::Call& call);
[[nodiscard]] std::string group_arn(const aws::Call& call, std::string_view group);
// A group as a request names it, by logGroupName or by logGroupIdentifier (a name or an ARN).
struct NamedGroup {
  std::optional<std::string> name;
  std::optional<std::string> identifier;
};
[[nodiscard]] NamedGroup read_group(const aws::View& in);
// Throws unless exactly one of the two is given.
[[nodiscard]] std::string group_name(const NamedGroup& group);
// Access on the group that the request names; on all groups where it names none.
[[nodiscard]] std::vector<aws::Need> on_group(const aws::Call& call, const aws::Value& input);
// Runs `work`, giving the engine's errors their AWS codes.
template <class Work>
auto translated(const Work& work) {
  try {
    return work();
  } catch (const telemetry::NoSuchGroup& error) {
    throw aws::Error("ResourceNotFoundException", error.what());
  } catch (const telemetry::NoSuchStream& error) {
    throw aws::Error("ResourceNotFoundException", error.what());
  } catch (const telemetry::LogNameTaken& error) {
    throw aws::Error("ResourceAlreadyExistsException", error.what());
  }
}

extern const std::span<const aws::Operation> group_operations;
extern const std::span<const aws::Operation> event_operations;

}  // namespace millrace::service::logs
