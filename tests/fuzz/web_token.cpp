// A token and the set of keys that it is verified with: the first line is the set.
#include "identity/web_token.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  const std::string_view keys = take_line(input);
  try {
    const identity::WebToken token = identity::parse_web_token(input);
    // Nobody signs by chance.
    MILLRACE_ASSERT(identity::verify(token, keys) != identity::Verdict::good);
  } catch (const identity::MalformedToken&) {
    return;
  }
}

}  // namespace millrace::fuzz
