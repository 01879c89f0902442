#include "policy/testing/plain_text.hpp"

namespace millrace::policy::testing {
namespace {

bool takes(const Mark& mark, char letter) {
  if (mark.kind == Mark::Kind::letter) return mark.letter == letter;
  const bool stays = mark.kind == Mark::Kind::one_within || mark.kind == Mark::Kind::run_within;
  return !stays || letter != ':';
}

bool matches_from(const Marks& pattern, std::size_t mark, std::string_view text, std::size_t at) {
  if (mark == pattern.size()) return at == text.size();
  const Mark& next = pattern[mark];
  const bool takes_one = at < text.size() && takes(next, text[at]);
  if (next.kind == Mark::Kind::any_run || next.kind == Mark::Kind::run_within) {
    return matches_from(pattern, mark + 1, text, at) ||
           (takes_one && matches_from(pattern, mark, text, at + 1));
  }
  return takes_one && matches_from(pattern, mark + 1, text, at + 1);
}

void add_letters(Marks& marks, std::string_view text) {
  for (const char letter : text) marks.push_back({.kind = Mark::Kind::letter, .letter = letter});
}

Mark mark_of(char letter, bool wildcards) {
  if (wildcards && letter == '*') return {.kind = Mark::Kind::any_run};
  if (wildcards && letter == '?') return {.kind = Mark::Kind::any_one};
  return {.kind = Mark::Kind::letter, .letter = letter};
}

// "Variables and tags", "Special characters" and "Specifying default values": ${*}, ${?} and ${$}
// are those characters; `${key, 'default'}`.
std::optional<std::string> value_of_variable(std::string_view inside, const ValueOf& value_of) {
  if (inside == "*" || inside == "?" || inside == "$") return std::string(inside);
  const std::size_t comma = inside.find(", '");
  const bool has_default = comma != std::string_view::npos && inside.ends_with('\'');
  if (auto value = value_of(inside.substr(0, comma))) return value;
  if (!has_default) return std::nullopt;
  const std::size_t begin = comma + 3;
  return std::string(inside.substr(begin, inside.size() - begin - 1));
}

}  // namespace

std::optional<Marks> marks_of(std::string_view text, const Reading& reading) {
  Marks marks;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('}', at);
    const bool is_variable = reading.variables != nullptr && text.substr(at).starts_with("${") &&
                             end != std::string_view::npos;
    if (!is_variable) {
      marks.push_back(mark_of(text[at], reading.wildcards));
      ++at;
      continue;
    }
    const auto value = value_of_variable(text.substr(at + 2, end - at - 2), *reading.variables);
    if (!value) return std::nullopt;
    add_letters(marks, *value);
    at = end + 1;
  }
  return marks;
}

bool matches(const Marks& pattern, std::string_view text) {
  return matches_from(pattern, 0, text, 0);
}

bool matches_any_case(std::string_view pattern, std::string_view text) {
  return matches(*marks_of(lower_case(pattern), {}), lower_case(text));
}

Texts arn_parts(std::string_view text, bool has_variables) {
  Texts parts(1);
  bool in_variable = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (has_variables && text.substr(i).starts_with("${")) in_variable = true;
    if (text[i] == '}') in_variable = false;
    if (text[i] == ':' && !in_variable && parts.size() < 6) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

}  // namespace millrace::policy::testing
