// File calls put errno into either of the library's two categories.
#include "base/room.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace millrace::base {

bool lacks_room(const std::system_error& error) {
  constexpr int reasons[] = {ENOSPC, EDQUOT, EFBIG};
  const std::error_category& kind = error.code().category();
  if (kind != std::generic_category() && kind != std::system_category()) return false;
  return std::find(std::begin(reasons), std::end(reasons), error.code().value()) !=
         std::end(reasons);
}

}  // namespace millrace::base
