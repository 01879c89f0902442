// Header fields by name, and the words for a status.
#include "http/message.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace millrace::http {

void Headers::set(std::string_view name, std::string value) {
  for (auto& [known, held] : entries_) {
    if (known.size() != name.size() || !base::equal_ignoring_case(known, name)) continue;
    held = std::move(value);
    return;
  }
  entries_.emplace_back(std::string(name), std::move(value));
}

void Headers::erase(std::string_view name) {
  std::erase_if(entries_,
                [&](const auto& entry) { return base::equal_ignoring_case(entry.first, name); });
}

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [known, value] : entries_) {
    if (known.size() == name.size() && base::equal_ignoring_case(known, name)) return &value;
  }
  return nullptr;
}

std::string_view Headers::get(std::string_view name) const {
  const std::string* value = find(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

namespace {

struct Reason {
  int status;
  std::string_view words;
};

constexpr Reason reasons[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {424, "Failed Dependency"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

std::string_view reason(int status) {
  const auto* found = std::find_if(std::begin(reasons), std::end(reasons),
                                   [&](const Reason& known) { return known.status == status; });
  return found == std::end(reasons) ? std::string_view("Unknown") : found->words;
}

}  // namespace millrace::http
