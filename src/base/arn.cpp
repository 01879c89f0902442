// Writing and taking apart of ARNs.
#include "base/arn.hpp"

#include <array>

namespace millrace::base {

namespace {

std::string written(std::string_view partition, std::string_view service, std::string_view region,
                    std::string_view account, std::string_view resource) {
  constexpr std::size_t marks = 8;  // the prefix and the colons between the pieces
  std::string text;
  text.reserve(marks + partition.size() + service.size() + region.size() + account.size() +
               resource.size());
  text.append("arn:").append(partition).append(":").append(service).append(":").append(region);
  return text.append(":").append(account).append(":").append(resource);
}

}  // namespace

std::string Arn::text() const { return written(partition, service, region, account, resource); }

std::optional<Arn> parse_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  std::array<std::string, 4> pieces;
  for (std::string& piece : pieces) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    piece = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (pieces[0].empty() || pieces[1].empty() || text.empty()) return std::nullopt;
  return Arn{.partition = pieces[0],
             .service = pieces[1],
             .region = pieces[2],
             .account = pieces[3],
             .resource = std::string(text)};
}

std::string arn(std::string_view service, std::string_view region, std::string_view account,
                std::string_view resource) {
  return written(default_partition, service, region, account, resource);
}

}  // namespace millrace::base
