// What a model server answers, as the server's client reads it: a container may send anything.
#include "fuzz.hpp"
#include "http/parser.hpp"

#include <memory>

namespace millrace::fuzz {

void run(std::string_view input) {
  const http::HeadSearch head = http::find_head(input, 0);
  if (head.state != http::HeadSearch::State::complete) return;
  http::Parser parser(http::Parser::Kind::response);
  int status = 0;
  http::Headers headers;
  if (!parser.read_response(input.substr(0, head.size), 100, status, headers)) return;
  MILLRACE_ASSERT(headers.size() <= 100 && status >= 0 && status <= 999);
  if (!parser.chunked()) return;
  input.remove_prefix(head.size);
  const auto out = std::make_unique<char[]>(input.size() + 1);
  while (!input.empty()) {
    const std::string_view piece = input.substr(0, 7);
    const http::Parser::Decoded decoded = parser.decode(piece, out.get());
    MILLRACE_ASSERT(decoded.consumed <= piece.size() && decoded.produced <= piece.size());
    if (decoded.end || decoded.failed) return;
    input.remove_prefix(decoded.consumed);
  }
}

}  // namespace millrace::fuzz
