// Matching of policy texts: compiled to a glob whose wildcards are marked, so that substituted text
// stays literal.
#include "identity/pattern.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::identity {
namespace {

constexpr std::size_t arn_parts = 6;

// Bytes that UTF-8 never has mark the wildcards.
constexpr char any_run = '\xff';
constexpr char any_one = '\xfe';
constexpr std::string_view marks = "\xff\xfe";

bool has_marks(std::string_view text) { return text.find_first_of(marks) != text.npos; }

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b, Pattern::Case letters) {
  if (letters == Pattern::Case::heeded) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return folded(x) == folded(y); });
}

// After the character at `at`, which in UTF-8 may be several bytes.
std::size_t after_character(std::string_view text, std::size_t at) {
  constexpr unsigned char continues_mask = 0xC0;
  constexpr unsigned char continues = 0x80;
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & continues_mask) == continues) {
    ++at;
  }
  return at;
}

// Goes back to the last run only, so that time is bounded by the product of the lengths.
bool glob_matches(std::string_view glob, std::string_view text, Pattern::Case letters) {
  std::size_t at = 0;
  std::size_t in_glob = 0;
  std::optional<std::size_t> after_run;  // where to go on when the last run takes one more byte
  std::size_t run_end = 0;
  while (at < text.size()) {
    const char wanted = in_glob < glob.size() ? glob[in_glob] : '\0';
    const bool left = in_glob < glob.size();
    if (left && wanted == any_run) {
      after_run = ++in_glob;
      run_end = at;
    } else if (left && wanted == any_one) {
      ++in_glob;
      at = after_character(text, at);
    } else if (left && same_text({&wanted, 1}, text.substr(at, 1), letters)) {
      ++in_glob;
      ++at;
    } else if (after_run) {
      in_glob = *after_run;
      at = ++run_end;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == any_run) ++in_glob;
  return in_glob == glob.size();
}

std::string_view trim_quotes(std::string_view text) {
  text = base::trim(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'')
    return text.substr(1, text.size() - 2);
  return text;
}

using Parts = std::array<std::string_view, arn_parts>;

// Splits at the first five colons; the number of parts is what is found.
std::size_t split_arn(std::string_view text, bool variables, Parts& parts) {
  std::size_t found = 0;
  std::size_t begin = 0;
  bool in_variable = false;
  for (std::size_t i = 0; i < text.size() && found + 1 < arn_parts; ++i) {
    if (variables && text[i] == '{' && i > 0 && text[i - 1] == '$') in_variable = true;
    if (text[i] == '}') in_variable = false;
    if (text[i] != ':' || in_variable) continue;
    parts[found++] = text.substr(begin, i - begin);
    begin = i + 1;
  }
  parts[found++] = text.substr(begin);
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
    } else if (glob.empty() || glob.back() != any_run) {
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
  } else if (wild == std::string::npos) {
    shape_ = Shape::literal;
  } else {
    shape_ = wild + 1 == glob_.size() && glob_[wild] == any_run ? Shape::prefix : Shape::glob;
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
  variables_.push_back(
      {.before = std::move(before), .key = std::string(key), .otherwise = std::move(otherwise)});
  before.clear();
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
      return text.size() == glob_.size() && same_text(text, glob_, letters);
    case Shape::prefix: {
      const std::size_t size = glob_.size() - 1;
      return text.size() >= size &&
             same_text(text.substr(0, size), std::string_view(glob_).substr(0, size), letters);
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

std::optional<std::string> Pattern::expand(const Context& context) const {
  if (shape_ == Shape::nothing) return std::nullopt;
  return resolve(context);
}

ArnPattern::ArnPattern(std::string_view text, Pattern::Reading reading) : everything_(text == "*") {
  if (everything_) return;
  Parts parts;
  const std::size_t found = split_arn(text, reading.variables, parts);
  parts_.reserve(arn_parts);
  for (std::size_t i = 0; i < arn_parts; ++i) {
    parts_.emplace_back(i < found ? parts[i] : "*", reading);
  }
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

}  // namespace millrace::identity
