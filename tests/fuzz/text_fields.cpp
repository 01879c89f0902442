// A line of CSV as texts: what was read, written with every field in quotes, reads the same again.
#include "table/text_fields.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char letter : field)
    text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return text + '"';
}

}  // namespace

void run(std::string_view input) {
  const auto fields = table::parse_fields(input);
  if (!fields) return;
  MILLRACE_ASSERT(!fields->empty());
  std::string line;
  for (const std::string& field : *fields) line += (line.empty() ? "" : ",") + quoted(field);
  MILLRACE_ASSERT(table::parse_fields(line) == fields);
}

}  // namespace millrace::fuzz
