#include "work/stamped_log.hpp"

#include "base/time.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace millrace::work {
namespace {

std::string stamp(learn::Container container, const std::string& level) {
  const std::string now =
      base::iso8601(std::chrono::floor<std::chrono::seconds>(base::SystemClock().wall()));
  const std::string time = now.substr(11, 8);
  if (container == learn::Container::toolkit) return now.substr(0, 10) + ":" + time + ":" + level;
  return now.substr(5, 2) + "/" + now.substr(8, 2) + "/" + now.substr(0, 4) + " " + time + " " +
         level + " " + std::to_string(getpid());
}

}  // namespace

// One write a line, as several threads may print.
void print(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stdout);
}

std::string stamped(learn::Container container, std::string_view level, std::string_view text) {
  return "[" + stamp(container, std::string(level)) + "] " + std::string(text);
}

void print_stamped(learn::Container container, std::string_view level, std::string_view text) {
  print(stamped(container, level, text));
}

}  // namespace millrace::work
