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

// How a document is refused whose "Id" is empty, or too long. Without words the XML is malformed.
struct BadIdWords {
  std::string_view empty = {};
  std::string_view too_long = {};
};

// A kind of them, by its setting of the bucket and the members of requests and answers.
struct ConfigurationKind {
  std::string_view setting;  // "metrics"
  std::string_view one;      // "MetricsConfiguration"
  std::string_view list;     // "MetricsConfigurationList"
  BadIdWords words = {};
  bool tells_mismatch = false;  // by a code of its own
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

struct PutConfiguration {
  ConfigurationTarget target;
  aws::Value document;
};
[[nodiscard]] PutConfiguration read_put_configuration(const aws::View& in,
                                                      const ConfigurationKind& kind);

// The document has the member "Id", which must be the one asked for. The caller has reached the
// bucket. Throws InvalidConfigurationId, InvalidConfigId, IdMismatch, MalformedXML,
// TooManyConfigurations.
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

// The same as functions of one kind, for tables of operations.
template <const ConfigurationKind& kind>
[[nodiscard]] PutConfiguration read_put_of(const aws::View& in) {
  return read_put_configuration(in, kind);
}
template <const ConfigurationKind& kind>
[[nodiscard]] aws::Value get_of(Service& service, aws::Call& call,
                                const ConfigurationTarget& target) {
  return get_configuration(service, call, kind, target);
}
template <const ConfigurationKind& kind>
[[nodiscard]] aws::Value delete_of(Service& service, aws::Call& call,
                                   const ConfigurationTarget& target) {
  delete_configuration(service, call, kind, target);
  return aws::Map{};
}
template <const ConfigurationKind& kind>
[[nodiscard]] aws::Value list_of(Service& service, aws::Call& call, const ConfigurationPage& page) {
  return list_configurations(service, call, kind, page);
}

}  // namespace millrace::service::s3
