// Regular expressions run on PCRE2, with limits so that no line and no expression can stop a job's
// log. A built-in has some eighty of them, and a line matches one or two: the others are ruled out
// by the text that they cannot match without.
#include "jobs/metric_scanner.hpp"

#include "base/text.hpp"
#include "jobs/required_text.hpp"

#include <pcre2.h>

#include <array>

namespace millrace::jobs {
namespace {

constexpr std::uint32_t match_limit = 100'000;
// \C would take a part of a character, and the next search begin within it, where PCRE2 reads what
// is not there.
constexpr std::uint32_t compile_options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
constexpr std::uint32_t pairs_needed = 2;  // the match and its first group

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

using Code = std::unique_ptr<pcre2_code, FreeCode>;

// None where it does not compile: `error` is the library's number of what is wrong.
Code compile(const std::string& regex, int& error) {
  PCRE2_SIZE place = 0;
  return Code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(regex.data()), regex.size(),
                            compile_options, &error, &place, nullptr));
}

}  // namespace

std::string complaint_about(const std::string& regex) {
  int error = 0;
  const Code code = compile(regex, error);
  if (!code) {
    std::array<PCRE2_UCHAR, 256> words{};
    pcre2_get_error_message(error, words.data(), words.size());
    return reinterpret_cast<const char*>(words.data());
  }
  std::uint32_t groups = 0;
  pcre2_pattern_info(code.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  return groups > 0 ? "" : "it has no group, whose text would be the value";
}

struct MetricScanner::Rule {
  std::string name;
  std::string required;
  Code code;
};

struct MetricScanner::Matching {
  std::unique_ptr<pcre2_match_context, FreeContext> context{pcre2_match_context_create(nullptr)};
  std::unique_ptr<pcre2_match_data, FreeMatch> data{pcre2_match_data_create(pairs_needed, nullptr)};
};

MetricScanner::MetricScanner(const std::vector<MetricRule>& rules)
    : matching_(std::make_unique<Matching>()) {
  pcre2_set_match_limit(matching_->context.get(), match_limit);
  for (const MetricRule& rule : rules) {
    int error = 0;
    Code code = compile(rule.regex, error);
    if (!code) continue;
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where it cannot, it is interpreted
    rules_.push_back({rule.name, required_text(rule.regex), std::move(code)});
  }
}

MetricScanner::MetricScanner(MetricScanner&&) noexcept = default;
MetricScanner::~MetricScanner() = default;

std::vector<Sighting> MetricScanner::scan(std::string_view line) {
  std::vector<Sighting> found;
  for (const Rule& rule : rules_) {
    if (line.find(rule.required) != std::string_view::npos) match(rule, line, found);
  }
  return found;
}

void MetricScanner::match(const Rule& rule, std::string_view line, std::vector<Sighting>& found) {
  const auto subject = reinterpret_cast<PCRE2_SPTR>(line.data());
  std::size_t from = 0;
  for (;;) {
    const int pairs = pcre2_match(rule.code.get(), subject, line.size(), from, PCRE2_NO_UTF_CHECK,
                                  matching_->data.get(), matching_->context.get());
    if (pairs < 0 || pairs == 1) return;  // 0: it has more groups than are asked for
    const PCRE2_SIZE* place = pcre2_get_ovector_pointer(matching_->data.get());
    if (place[2] == PCRE2_UNSET) return;
    const auto value = base::to_number(line.substr(place[2], place[3] - place[2]));
    if (value) found.push_back({rule.name, *value});
    if (place[1] <= from) return;
    from = place[1];
  }
}

}  // namespace millrace::jobs
