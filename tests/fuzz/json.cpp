// JSON: what is read, written and read again is the same.
#include "base/json.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    const base::Value value = base::parse_json(input);
    const std::string text = base::write_json(value);
    MILLRACE_ASSERT(base::parse_json(text) == value);
    MILLRACE_ASSERT(base::write_json(base::parse_json(text)) == text);
  } catch (const base::JsonError&) {
  }
}

}  // namespace millrace::fuzz
