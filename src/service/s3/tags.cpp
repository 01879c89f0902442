#include "service/s3/tags.hpp"

#include "base/encoding.hpp"
#include "service/s3/errors.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t key_limit = 128;    // characters
constexpr std::size_t value_limit = 256;  // characters

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Letters, digits and blanks of any script, and a few signs.
bool is_tag_text(std::string_view text) {
  constexpr std::string_view signs = " +-=._:/@";
  return std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || static_cast<unsigned char>(c) >= 0x80 || signs.find(c) != signs.npos;
  });
}

aws::Error invalid_tag(std::string message, std::string_view key) {
  return aws::Error("InvalidTag", std::move(message)).with("TagKey", key);
}

void check_tag(const std::string& key, const std::string& value, bool of_object) {
  if (key.empty() || characters(key) > key_limit || !is_tag_text(key)) {
    throw invalid_tag("The TagKey you have provided is invalid", key);
  }
  if (key.starts_with("aws:")) {
    throw invalid_tag(of_object ? "Your TagKey cannot be prefixed with aws:"
                                : "System tags cannot be added/updated by requester",
                      key);
  }
  if (characters(value) > value_limit || !is_tag_text(value)) {
    throw invalid_tag("The TagValue you have provided is invalid", key);
  }
}

void check_tags(const objects::Attributes& tags, std::size_t limit) {
  if (tags.size() > limit) {
    throw aws::Error("BadRequest",
                     limit == object_tags_limit
                         ? "Object tags cannot be greater than 10"
                         : "Bucket tag count cannot be greater than " + std::to_string(limit));
  }
  std::set<std::string_view> seen;
  for (const auto& [key, value] : tags) {
    check_tag(key, value, limit == object_tags_limit);
    if (!seen.insert(key).second) {
      throw invalid_tag("Cannot provide multiple Tags with the same key", key);
    }
  }
}

}  // namespace

objects::Attributes read_tags(const aws::Member& list, std::size_t limit) {
  objects::Attributes tags;
  for (const aws::View& tag : list.views()) {
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
  }
  check_tags(tags, limit);
  return tags;
}

objects::Attributes parse_tagging_header(std::string_view header) {
  auto pairs = base::parse_query(header, true);
  if (!pairs) {
    throw invalid_argument("x-amz-tagging", header,
                           "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded "
                           "URL query parameters without tag name duplicates.");
  }
  check_tags(*pairs, object_tags_limit);
  return *std::move(pairs);
}

policy::Conditions tag_conditions(const objects::Attributes& tags) {
  policy::Conditions conditions;
  for (const auto& [key, value] : tags) {
    conditions["aws:RequestTag/" + key] = {value};
    conditions["aws:TagKeys"].push_back(key);
  }
  return conditions;
}

aws::Value tags_value(const objects::Attributes& tags) {
  aws::List list;
  for (const auto& [key, value] : tags) {
    list.emplace_back(aws::Map{{"Key", key}, {"Value", value}});
  }
  return list;
}

}  // namespace millrace::service::s3
