// The body of an inference request: the first line is its content type.
#include "infer/decode.hpp"
#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  const std::string_view type = take_line(input);
  try {
    check(infer::decode(type, input, learn::Container::toolkit));
  } catch (const infer::DecodeError&) {
  } catch (const table::DataError&) {
  }
}

}  // namespace millrace::fuzz
