// The head of a reply: how its body is framed, and the lines that say so.
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

struct Framing {
  bool body = true;  // whether body bytes follow
  bool chunked = false;
  bool close = false;
  std::optional<std::uint64_t> length;  // what Content-Length says
};

// `head`: the request was HEAD. `http_1_0`: chunks are not understood, so the end of the connection
// ends the body.
[[nodiscard]] Framing frame(const Reply& reply, bool head, bool http_1_0, bool keep_alive);

// Appends the head to `out`. Line ends within values become blanks, so that no value can add a
// line. An empty `date` is left out.
void write_head(std::string& out, const Reply& reply, const Framing& framing, bool http_1_0,
                std::string_view date);

}  // namespace millrace::http
