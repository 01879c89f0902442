#include "service/s3/configurations.hpp"

#include "aws/paging.hpp"
#include "base/json.hpp"
#include "service/s3/errors.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t page_entries = 100;
constexpr std::size_t longest_configuration_id = 64;

objects::SettingName name_of(const ConfigurationKind& kind, const std::string& bucket,
                             const std::string& id) {
  return {.bucket = bucket, .kind = std::string(kind.setting), .id = id};
}

aws::Error no_such_configuration() {
  return {"NoSuchConfiguration", "The specified configuration does not exist.", 404};
}

// The document, which the request's own permit lets be seen.
std::string existing(Service& service, Call& call, const objects::SettingName& name) {
  auto document = translated([&] { return service.objects.setting(call.permit(), name); });
  if (!document) throw no_such_configuration();
  return *std::move(document);
}

std::string token_check(const ConfigurationKind& kind, const ConfigurationPage& page) {
  return std::string(kind.list) + " " + page.in.bucket;
}

std::string after(const ConfigurationKind& kind, const ConfigurationPage& page) {
  if (!page.token) return {};
  const auto last = aws::read_token(token_check(kind, page), *page.token);
  if (last) return *last;
  throw invalid_argument("continuation-token", *page.token,
                         "The continuation token provided is incorrect");
}

// Letters, digits, periods, dashes and underscores.
bool is_spelled_as_id(std::string_view id) {
  return std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

aws::Error bad_id(const ConfigurationKind& kind, std::string_view words) {
  if (kind.words.empty.empty()) return malformed_document();
  return {"InvalidConfigId", std::string(words)};
}

// In the order of AWS: the document's id, then whether it is the one asked for.
void check_id(const ConfigurationKind& kind, const std::string& id, const Value& document) {
  if (id.empty()) {
    throw aws::Error("InvalidConfigurationId", "The specified configuration id is invalid.");
  }
  const Value* said = document.find("Id");
  if (said == nullptr) throw malformed_document();
  const std::string& text = said->text();
  if (text.empty()) throw bad_id(kind, kind.words.empty);
  if (text.size() > longest_configuration_id) throw bad_id(kind, kind.words.too_long);
  if (!is_spelled_as_id(text)) {
    throw bad_id(kind, R"(Config Id does not match the pattern ^[a-zA-Z0-9\-_.]+$)");
  }
  if (text == id) return;
  if (!kind.tells_mismatch) throw malformed_document();
  throw aws::Error("IdMismatch", "Document ID does not match the specified configuration ID.");
}

}  // namespace

ConfigurationTarget read_configuration_target(const View& in) {
  return {.in = read_target(in), .id = in.take("Id").text()};
}

ConfigurationPage read_configuration_page(const View& in) {
  return {.in = read_target(in), .token = in.take("ContinuationToken").optional_text()};
}

PutConfiguration read_put_configuration(const View& in, const ConfigurationKind& kind) {
  PutConfiguration ask{.target = read_configuration_target(in), .document = Map{}};
  if (const Value* document = in.take(kind.one).whole()) ask.document = *document;
  return ask;
}

void put_configuration(Service& service, const Call& call, const ConfigurationKind& kind,
                       const ConfigurationTarget& target, const Value& document) {
  check_id(kind, target.id, document);
  const objects::SettingName name = name_of(kind, target.in.bucket, target.id);
  translated([&] {
    if (!service.objects.setting(call.permit(), name)) {
      const auto others = service.objects.settings(
          call.permit(), name_of(kind, target.in.bucket, ""), configurations_limit);
      if (std::ssize(others) >= configurations_limit) {
        throw aws::Error("TooManyConfigurations",
                         "You are attempting to create a new configuration but have already "
                         "reached the 1,000-configuration limit.");
      }
    }
    service.objects.set_setting(call.permit(), name, base::write_json(document));
  });
}

Value get_configuration(Service& service, Call& call, const ConfigurationKind& kind,
                        const ConfigurationTarget& target) {
  reach(service, call, target.in);
  const std::string document = existing(service, call, name_of(kind, target.in.bucket, target.id));
  Map answer;
  answer.set(std::string(kind.one), base::parse_json(document));
  return answer;
}

void delete_configuration(Service& service, Call& call, const ConfigurationKind& kind,
                          const ConfigurationTarget& target) {
  reach(service, call, target.in);
  const objects::SettingName name = name_of(kind, target.in.bucket, target.id);
  static_cast<void>(existing(service, call, name));
  translated([&] { service.objects.set_setting(call.permit(), name, ""); });
}

Value list_configurations(Service& service, Call& call, const ConfigurationKind& kind,
                          const ConfigurationPage& page) {
  reach(service, call, page.in);
  auto found = translated([&] {
    return service.objects.settings(call.permit(), name_of(kind, page.in.bucket, after(kind, page)),
                                    page_entries + 1);
  });
  const bool truncated = std::ssize(found) > page_entries;
  if (truncated) found.pop_back();
  Map answer{{"IsTruncated", truncated}};
  answer.set_if("ContinuationToken", page.token);
  if (truncated) {
    answer.set("NextContinuationToken", aws::make_token(token_check(kind, page), found.back().id));
  }
  List list;
  for (const auto& [id, document] : found) list.push_back(base::parse_json(document));
  if (!list.empty()) answer.set(std::string(kind.list), std::move(list));
  return answer;
}

}  // namespace millrace::service::s3
