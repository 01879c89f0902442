// The two pipes between a child and the server that started it for one answer, and the walls that
// such a child raises around itself.
#pragma once

#include "base/stream.hpp"

#include <string>
#include <string_view>

namespace millrace::work {

class StandardInput final : public base::Reader {
 public:
  std::size_t read(char* out, std::size_t size) override;
};

void write_all(std::string_view bytes, int to);
// A frame to standard output.
void tell(char kind, std::string_view bytes);
// The bytes of the frame that standard input begins with. Throws std::runtime_error.
[[nodiscard]] std::string read_request(base::Reader& input);

// No privileges to be gained, no core files; so much memory, processor time and so many
// descriptors.
void raise_walls();

}  // namespace millrace::work
