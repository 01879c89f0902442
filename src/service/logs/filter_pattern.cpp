// Terms are found as plain text with case, as AWS does for unstructured logs.
#include "service/logs/filter_pattern.hpp"

#include "aws/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::logs {

namespace {

struct Term {
  char sign = '+';
  std::string text;
};

// Takes the next term off the front of `rest`, which begins with no blank.
Term next_term(std::string_view& rest) {
  Term term;
  if (rest.front() == '-' || rest.front() == '?') {
    term.sign = rest.front();
    rest.remove_prefix(1);
  }
  const bool quoted = rest.starts_with('"');
  if (quoted) rest.remove_prefix(1);
  const std::size_t end = rest.find(quoted ? '"' : ' ');
  if (quoted && end == std::string_view::npos) {
    throw aws::Error("InvalidParameterException",
                     "Invalid filter pattern: a quotation mark is not closed");
  }
  term.text = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return term;
}

bool contains(std::string_view message, const std::string& word) {
  return message.find(word) != std::string_view::npos;
}

}  // namespace

bool FilterPattern::matches(std::string_view message) const {
  const auto occurs = [&](const std::string& word) { return contains(message, word); };
  return std::all_of(all.begin(), all.end(), occurs) &&
         std::none_of(none.begin(), none.end(), occurs) &&
         (any.empty() || std::any_of(any.begin(), any.end(), occurs));
}

FilterPattern parse_filter_pattern(std::string_view text) {
  FilterPattern pattern;
  std::string_view rest = base::trim(text);
  if (rest.starts_with('{') || rest.starts_with('[') || rest.starts_with('%')) {
    throw aws::Error(
        "NotImplemented",
        "FilterLogEvents: filterPattern on JSON, columns or regular expressions is not implemented",
        501);
  }
  while (!(rest = base::trim(rest)).empty()) {
    Term term = next_term(rest);
    auto& list = term.sign == '-' ? pattern.none : term.sign == '?' ? pattern.any : pattern.all;
    if (!term.text.empty()) list.push_back(std::move(term.text));
  }
  return pattern;
}

}  // namespace millrace::service::logs
