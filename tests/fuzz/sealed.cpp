// Sealed bodies and wrapped keys: any bytes are refused; bytes that are sealed first and altered in
// one place as the input says are given back as they were or refused.
#include "fuzz.hpp"
#include "objects/sealed_blob.hpp"
#include "objects/testing/memory_blob.hpp"
#include "objects/wrapped_key.hpp"

#include <optional>

namespace millrace::fuzz {
namespace {

using objects::testing::MemoryBlob;
using objects::testing::MemoryBlobWriter;

objects::DataKey key() { return objects::DataKey(std::string(32, 'k')); }

std::optional<std::string> open(std::string stored) {
  try {
    return base::read_all(
        *objects::open_sealed(std::make_unique<MemoryBlob>(std::move(stored)), key()));
  } catch (const store::StoreError&) {
    return std::nullopt;
  }
}

std::string seal(std::string_view body) {
  std::string stored;
  const auto writer = objects::seal_writer(std::make_unique<MemoryBlobWriter>(stored), key());
  writer->write(body);
  (void)writer->finish();
  return stored;
}

void open_wrapped(std::string_view text) {
  try {
    (void)objects::unwrap(text, std::string(32, 'r'), "AES256");
    MILLRACE_ASSERT(false);  // nobody wrapped it
  } catch (const store::StoreError&) {
  }
}

}  // namespace

void run(std::string_view input) {
  MILLRACE_ASSERT(!open(std::string(input)).has_value());
  open_wrapped(input);
  if (input.size() < 4) return;
  const std::size_t place =
      static_cast<unsigned char>(input[0]) * 256U + static_cast<unsigned char>(input[1]);
  const std::string body(static_cast<unsigned char>(input[2]) * 700U, input[3]);
  std::string stored = seal(body);
  MILLRACE_ASSERT(open(stored) == body);
  const std::string_view patch = input.substr(4);
  stored.replace(place % stored.size(), std::min(patch.size(), stored.size()), patch);
  const auto opened = open(stored);
  MILLRACE_ASSERT(!opened || *opened == body);
}

}  // namespace millrace::fuzz
