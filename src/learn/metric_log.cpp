#include "learn/metric_log.hpp"

#include <charconv>
#include <cmath>

namespace millrace::learn {
namespace {

std::string digits_of(double value, std::chars_format format) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  return {digits, end};
}

}  // namespace

std::string number_text(double value) {
  constexpr double least_fixed = 1e-4;
  constexpr double beyond_fixed = 1e16;
  const double size = std::abs(value);
  if (!std::isfinite(value)) return digits_of(value, std::chars_format::general);
  if (size >= beyond_fixed || (size > 0 && size < least_fixed))
    return digits_of(value, std::chars_format::scientific);
  std::string text = digits_of(value, std::chars_format::fixed);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string quality_line(std::string_view what, double value) {
  return "#quality_metric: host=algo-1, " + std::string(what) + "=" + number_text(value);
}

std::string score_line(std::string_view part, std::string_view what, double value) {
  return "#" + std::string(part) + "_score (algo-1) : ('" + std::string(what) + "', " +
         number_text(value) + ")";
}

std::string progress_line(double percent) {
  return "#progress_metric: host=algo-1, completed " + number_text(percent) + " % of epochs";
}

std::string throughput_line(double records_per_second) {
  return "#throughput_metric: host=algo-1, train throughput=" + number_text(records_per_second) +
         " records/second";
}

}  // namespace millrace::learn
