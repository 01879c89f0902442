#include "learn/memory.hpp"

#include "learn/memory_limit.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

namespace millrace::learn {
namespace {

// The program, and the pieces of files that its threads have in hand.
constexpr double program_bytes = 10 << 20;
constexpr double bytes_of_mib = 1 << 20;

// What the machine has, or the control groups leave of it.
double available_bytes() {
  const double machine =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  std::ifstream own("/proc/self/cgroup");
  const std::string groups{std::istreambuf_iterator<char>(own), {}};
  return std::min(machine, memory_limit("/sys/fs/cgroup", groups).value_or(machine));
}

std::string mib(double bytes) {
  return std::to_string(static_cast<std::uint64_t>(std::ceil(bytes / bytes_of_mib))) + " MiB";
}

std::string whole(double number) { return std::to_string(static_cast<std::uint64_t>(number)); }

}  // namespace

void check_memory(double needed_bytes, std::string_view what, std::string_view advice,
                  const Training& training) {
  const double available = available_bytes();
  training.info("Estimated memory needed to build the " + std::string(what) +
                " in bytes: " + whole(needed_bytes));
  if (needed_bytes <= available) return;
  throw ClientError("The " + std::string(what) + " needs " + whole(needed_bytes) +
                    " bytes of memory, but there are only " + whole(available) + ": " +
                    std::string(advice));
}

void check_peak(double bytes, std::string_view advice, const Training& training) {
  const double needed = (bytes + program_bytes) * training.hosts.count;
  const double available = available_bytes();
  training.info("Estimated memory needed for training: " + mib(needed) + " of " + mib(available));
  if (needed <= available) return;
  throw ClientError("The training needs an estimated " + mib(needed) +
                    " of memory, but there are only " + mib(available) + ": " +
                    std::string(advice));
}

}  // namespace millrace::learn
