// Sealing and checking of pages. The place is part of the sum, so that a page in another's place is
// found too.
#include "store/page_check.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace millrace::store {

namespace {

std::string check_of(std::uint64_t offset, std::string_view page) {
  std::array<char, sizeof offset> place{};
  std::memcpy(place.data(), &offset, sizeof offset);
  base::Hash hash(base::HashKind::xxhash3);
  hash.update(page.substr(0, page_size - page_reserve));
  hash.update({place.data(), place.size()});
  return hash.finish();
}

}  // namespace

std::string sealed_page(std::uint64_t offset, std::string_view page) {
  MILLRACE_ASSERT(page.size() == page_size);
  return std::string(page.substr(0, page_size - page_reserve)) + check_of(offset, page);
}

bool is_sound_page(std::uint64_t offset, std::string_view page) {
  MILLRACE_ASSERT(page.size() == page_size);
  if (page.substr(page_size - page_reserve) == check_of(offset, page)) return true;
  return std::all_of(page.begin(), page.end(), [](char c) { return c == '\0'; });
}

}  // namespace millrace::store
