#include "learn/memory.hpp"

#include <unistd.h>

#include <cstdint>
#include <string>

namespace millrace::learn {
namespace {

std::string whole(double number) { return std::to_string(static_cast<std::uint64_t>(number)); }

}  // namespace

void check_memory(double needed_bytes, std::string_view what, std::string_view advice,
                  const Training& training) {
  const double available =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  training.info("Estimated memory needed to build the " + std::string(what) +
                " in bytes: " + whole(needed_bytes));
  if (needed_bytes <= available) return;
  throw ClientError("The " + std::string(what) + " needs " + whole(needed_bytes) +
                    " bytes of memory, but there are only " + whole(available) + ": " +
                    std::string(advice));
}

}  // namespace millrace::learn
