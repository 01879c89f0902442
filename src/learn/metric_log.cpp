#include "learn/metric_log.hpp"

#include <charconv>

namespace millrace::learn {
namespace {

std::string number_text(double value) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

}  // namespace

std::string quality_line(std::string_view what, double value) {
  return "#quality_metric: host=algo-1, " + std::string(what) + "=" + number_text(value);
}

std::string score_line(std::string_view what, double value) {
  return "#test_score (algo-1) : ('" + std::string(what) + "', " + number_text(value) + ")";
}

std::string progress_line(double percent) {
  return "#progress_metric: host=algo-1, completed " + number_text(percent) + " % of epochs";
}

std::string throughput_line(double records_per_second) {
  return "#throughput_metric: host=algo-1, train throughput=" + number_text(records_per_second) +
         " records/second";
}

}  // namespace millrace::learn
