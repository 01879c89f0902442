// Configurations of which a bucket has many, each by its id: kept, shown, forgotten and listed
// alike, whatever they say.
#pragma once

#include "aws/operation.hpp"
#include "service/s3/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::int64_t configurations_limit = 1000;  // of a kind, in a bucket

// A kind of them, by its setting of the bucket and the members of requests and answers.
struct ConfigurationKind {
  std::string_view setting;  // "metrics"
  std::string_view one;      // "MetricsConfiguration"
  std::string_view list;     // "MetricsConfigurationList"
};

struct ConfigurationTarget {
  Target in;
  std::string id;
};
[[nodiscard]] ConfigurationTarget read_configuration_target(const aws::View& in);

struct ConfigurationPage {
  Target in;
  std::optional<std::string> token;
};
[[nodiscard]] ConfigurationPage read_configuration_page(const aws::View& in);

// Letters, digits, periods, dashes and underscores.
[[nodiscard]] bool is_configuration_id(std::string_view id);

// The document has the member "Id", which must be the one asked for. The caller has reached the
// bucket. Throws InvalidArgument, TooManyConfigurations.
void put_configuration(Service& service, const aws::Call& call, const ConfigurationKind& kind,
                       const ConfigurationTarget& target, const aws::Value& document);
// Throws NoSuchConfiguration, as the next does.
[[nodiscard]] aws::Value get_configuration(Service& service, aws::Call& call,
                                           const ConfigurationKind& kind,
                                           const ConfigurationTarget& target);
void delete_configuration(Service& service, aws::Call& call, const ConfigurationKind& kind,
                          const ConfigurationTarget& target);
// By their ids, a hundred at a time.
[[nodiscard]] aws::Value list_configurations(Service& service, aws::Call& call,
                                             const ConfigurationKind& kind,
                                             const ConfigurationPage& page);

}  // namespace millrace::service::s3
