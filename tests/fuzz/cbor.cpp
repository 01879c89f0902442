// CBOR: what is read, written and read again is written the same.
#include "base/cbor.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    const std::string written = base::write_cbor(base::parse_cbor(input));
    MILLRACE_ASSERT(base::write_cbor(base::parse_cbor(written)) == written);
  } catch (const base::CborError&) {
  }
}

}  // namespace millrace::fuzz
