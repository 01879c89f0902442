// Matching of policy texts: compiled to a glob whose wildcards are marked, so that substituted text
// stays literal.
#include "policy/pattern.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::policy {
namespace {

constexpr std::size_t arn_parts = 6;

constexpr std::string_view marks = "\xff\xfe";

bool has_marks(std::string_view text) { return text.find_first_of(marks) != text.npos; }

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b, Pattern::Case letters) {
  if (letters == Pattern::Case::heeded) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return folded(x) == folded(y); });
}

std::string_view trim_quotes(std::string_view text) {
  text = base::trim(text);
  const bool is_quoted = text.size() >= 2 && text.starts_with('\'') && text.ends_with('\'');
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

using Parts = std::array<std::string_view, arn_parts>;

// The first that is within no variable.
std::size_t find_colon(std::string_view text, bool variables) {
  std::size_t from = 0;
  while (true) {
    const std::size_t colon = text.find(':', from);
    const std::size_t variable = variables ? text.find("${", from) : std::string_view::npos;
    if (colon <= variable) return colon;
    from = text.find('}', variable);
  }
}

// Splits at the first five colons; the number of parts is what is found.
std::size_t split_arn(std::string_view text, bool variables, Parts& parts) {
  std::size_t found = 0;
  while (found + 1 < arn_parts) {
    const std::size_t colon = find_colon(text, variables);
    if (colon == std::string_view::npos) break;
    parts[found++] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts[found++] = text;
  return found;
}

// Whether a part before the last ends in an asterisk, and no wildcard stands elsewhere in them,
// which would be kept within its part.
bool reaches(const Parts& parts) {
  bool found = false;
  for (std::size_t i = 0; i + 1 < arn_parts; ++i) {
    const std::size_t wild = parts[i].find_first_of("*?");
    if (wild == std::string_view::npos) continue;
    if (parts[i].substr(wild) != "*") return false;
    found = true;
  }
  return found;
}

}  // namespace

Pattern::Pattern(std::string_view text, Reading reading) {
  bool is_readable = !has_marks(text);
  std::string glob;
  std::size_t i = 0;
  while (i < text.size()) {
    const bool opens = reading.variables && text.substr(i).starts_with("${");
    const std::size_t close = opens ? text.find('}', i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      add_variable(text.substr(i + 2, close - i - 2), glob);
      i = close + 1;
      continue;
    }
    if (!reading.wildcards || (text[i] != '*' && text[i] != '?')) {
      glob += text[i];
    } else if (text[i] == '?') {
      glob += any_one;
    } else if (!glob.ends_with(any_run)) {
      glob += any_run;
    }
    ++i;
  }
  glob_ = std::move(glob);
  const std::size_t wild = glob_.find_first_of(marks);
  if (!is_readable) {
    shape_ = Shape::nothing;
  } else if (!variables_.empty()) {
    shape_ = Shape::variables;
  } else if (wild != std::string::npos) {
    shape_ = wild + 1 == glob_.size() && glob_.ends_with(any_run) ? Shape::prefix : Shape::glob;
  }
}

void Pattern::add_variable(std::string_view inside, std::string& before) {
  if (inside == "*" || inside == "?" || inside == "$") {
    before += inside;
    return;
  }
  const std::size_t comma = inside.find(',');
  std::optional<std::string> otherwise;
  if (comma != std::string_view::npos)
    otherwise = std::string(trim_quotes(inside.substr(comma + 1)));
  const std::string_view key = base::trim(inside.substr(0, comma));
  variables_.push_back({.before = std::exchange(before, {}),
                        .key = std::string(key),
                        .otherwise = std::move(otherwise)});
}

std::optional<std::string> Pattern::resolve(const Context& context) const {
  std::string glob;
  for (const Variable& variable : variables_) {
    glob += variable.before;
    const auto values = context.find(variable.key);
    // A key with several values cannot stand for one text; marks would be wildcards.
    if (values && values->size() == 1 && !has_marks(values->front())) {
      glob += values->front();
    } else if (variable.otherwise) {
      glob += *variable.otherwise;
    } else {
      return std::nullopt;
    }
  }
  return glob + glob_;
}

bool Pattern::matches(std::string_view text, const Context& context, Case letters) const {
  switch (shape_) {
    case Shape::nothing:
      return false;
    case Shape::literal:
      return same_text(text, glob_, letters);
    case Shape::prefix: {
      const std::size_t size = glob_.size() - 1;
      return same_text(text.substr(0, size), std::string_view(glob_).substr(0, size), letters);
    }
    case Shape::glob:
      return glob_matches(glob_, text, letters);
    case Shape::variables:
      break;
  }
  const auto resolved = resolve(context);
  return resolved && glob_matches(*resolved, text, letters);
}

std::string_view Pattern::fixed_start() const {
  const std::string_view text = variables_.empty() ? glob_ : variables_.front().before;
  return text.substr(0, text.find_first_of(marks));
}

void Pattern::add_variables(std::vector<std::string>& keys) const {
  for (const Variable& variable : variables_) keys.push_back(variable.key);
}

ArnPattern::ArnPattern(std::string_view text, Pattern::Reading reading) : everything_(text == "*") {
  if (everything_) return;
  Parts parts;
  parts.fill("*");
  split_arn(text, reading.variables, parts);
  parts_.reserve(arn_parts);
  for (const std::string_view part : parts) parts_.emplace_back(part, reading);
  if (reaches(parts)) reaching_.emplace(text, reading);
}

void ArnPattern::add_variables(std::vector<std::string>& keys) const {
  for (const Pattern& part : parts_) part.add_variables(keys);
}

bool ArnPattern::matches(std::string_view arn, const Context& context) const {
  if (everything_) return true;
  Parts parts;
  if (split_arn(arn, false, parts) != arn_parts) return false;
  // From the end: the resource tells ARNs apart soonest.
  for (std::size_t i = arn_parts; i-- > 0;) {
    if (!parts_[i].matches(parts[i], context)) return false;
  }
  return true;
}

bool ArnPattern::matches_resource(std::string_view arn, const Context& context) const {
  if (matches(arn, context)) return true;
  const auto colons = static_cast<std::size_t>(std::count(arn.begin(), arn.end(), ':'));
  return reaching_ && colons >= arn_parts && reaching_->matches(arn, context);
}

}  // namespace millrace::policy
