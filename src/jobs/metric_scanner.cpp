// Regular expressions run on PCRE2, with limits so that no line and no expression can stop a job's
// log.
#include "jobs/metric_scanner.hpp"

#include "base/text.hpp"

#include <pcre2.h>

namespace millrace::jobs {
namespace {

constexpr std::uint32_t match_limit = 100'000;

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

struct MetricScanner::Compiled {
  std::string name;
  std::unique_ptr<pcre2_code, FreeCode> code;
};

MetricScanner::MetricScanner(const std::vector<MetricRule>& rules) {
  for (const MetricRule& rule : rules) {
    int error = 0;
    PCRE2_SIZE place = 0;
    std::unique_ptr<pcre2_code, FreeCode> code(
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(rule.regex.data()), rule.regex.size(), PCRE2_UTF,
                      &error, &place, nullptr));
    if (!code) continue;
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where it cannot, it is interpreted
    rules_.push_back({rule.name, std::move(code)});
  }
}

MetricScanner::MetricScanner(MetricScanner&&) noexcept = default;
MetricScanner::~MetricScanner() = default;

std::vector<std::pair<std::string, double>> MetricScanner::scan(std::string_view line) const {
  std::vector<std::pair<std::string, double>> found;
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), match_limit);
  const auto subject = reinterpret_cast<PCRE2_SPTR>(line.data());
  for (const Compiled& rule : rules_) {
    const std::unique_ptr<pcre2_match_data, FreeMatch> match(
        pcre2_match_data_create_from_pattern(rule.code.get(), nullptr));
    std::size_t from = 0;
    while (pcre2_match(rule.code.get(), subject, line.size(), from, 0, match.get(),
                       context.get()) >= 2) {
      const PCRE2_SIZE* place = pcre2_get_ovector_pointer(match.get());
      if (place[2] == PCRE2_UNSET) break;
      const auto value = base::to_number(line.substr(place[2], place[3] - place[2]));
      if (value) found.emplace_back(rule.name, *value);
      if (place[1] <= from) break;
      from = place[1];
    }
  }
  return found;
}

}  // namespace millrace::jobs
