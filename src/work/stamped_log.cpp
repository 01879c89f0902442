#include "work/stamped_log.hpp"

#include "base/time.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace millrace::work {

// One write a line, as several threads may print.
void print(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stdout);
}

void print_stamped(std::string_view level, std::string_view text) {
  const std::string now =
      base::iso8601(std::chrono::floor<std::chrono::seconds>(base::SystemClock().wall()));
  print("[" + now.substr(0, 10) + ":" + now.substr(11, 8) + ":" + std::string(level) + "] " +
        std::string(text));
}

}  // namespace millrace::work
