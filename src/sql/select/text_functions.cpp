// Functions of texts, by characters of UTF-8.
#include "sql/select/error.hpp"
#include "sql/select/functions.hpp"

#include <algorithm>

namespace millrace::sql::select {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Where the next character begins.
std::size_t after(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && continues(text[at])) ++at;
  return at;
}

std::string_view first_character(std::string_view text) { return text.substr(0, after(text, 0)); }

std::string_view last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && continues(text[at])) --at;
  return text.substr(at);
}

// A pattern's next element: any run, any character, or one that is meant.
struct Element {
  enum class Kind { run, any, character };
  Kind kind = Kind::character;
  std::string_view character;
  std::size_t end = 0;
};

Element element_at(std::string_view pattern, std::size_t at, std::string_view escape) {
  std::string_view here = pattern.substr(at);
  if (!escape.empty() && here.starts_with(escape)) {
    at += escape.size();
    here = pattern.substr(at);
    const bool may_stand =
        here.starts_with(escape) || here.starts_with('%') || here.starts_with('_');
    if (!may_stand) throw SelectError("EvaluatorLikePatternInvalidEscapeSequence");
    const std::string_view meant = first_character(here);
    return {.character = meant, .end = at + meant.size()};
  }
  if (here.front() == '%') return {.kind = Element::Kind::run, .end = at + 1};
  if (here.front() == '_') return {.kind = Element::Kind::any, .end = at + 1};
  const std::string_view meant = first_character(here);
  return {.character = meant, .end = at + meant.size()};
}

}  // namespace

std::string substring(std::string_view text, std::int64_t start,
                      std::optional<std::int64_t> length) {
  constexpr std::int64_t beyond = std::int64_t{1} << 40;
  start = std::clamp(start, -beyond, beyond);
  if (length && *length < 0) throw SelectError("IllegalSqlFunctionArgument", "a negative length");
  const std::int64_t end = length ? start + std::min(*length, beyond) : 2 * beyond;
  std::size_t from = 0;
  std::int64_t character = 1;
  for (; character < start && from < text.size(); ++character) from = after(text, from);
  std::size_t to = from;
  for (; character < end && to < text.size(); ++character) to = after(text, to);
  return std::string(text.substr(from, to - from));
}

std::string trim(std::string_view text, std::string_view side, std::string_view removed) {
  const auto goes = [&](std::string_view character) {
    return removed.find(character) != std::string_view::npos;
  };
  while (side != "TRAILING" && !text.empty() && goes(first_character(text)))
    text.remove_prefix(first_character(text).size());
  while (side != "LEADING" && !text.empty() && goes(last_character(text)))
    text.remove_suffix(last_character(text).size());
  return std::string(text);
}

bool like(std::string_view text, std::string_view pattern, std::string_view escape) {
  if (!escape.empty() && escape.size() != first_character(escape).size())
    throw SelectError("LikeInvalidInputs", "ESCAPE is one character");
  constexpr std::size_t none = std::string_view::npos;
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t behind_run = none;  // of the last run: where the pattern goes on, and the text
  std::size_t run_at = 0;
  while (at < text.size() || in_pattern < pattern.size()) {
    if (in_pattern < pattern.size()) {
      const Element element = element_at(pattern, in_pattern, escape);
      if (element.kind == Element::Kind::run) {
        behind_run = in_pattern = element.end;
        run_at = at;
        continue;
      }
      const bool fits = at < text.size() && (element.kind == Element::Kind::any ||
                                             text.substr(at).starts_with(element.character));
      if (fits) {
        at = after(text, at);
        in_pattern = element.end;
        continue;
      }
    }
    if (behind_run == none || run_at >= text.size()) return false;
    run_at = at = after(text, run_at);
    in_pattern = behind_run;
  }
  return true;
}

}  // namespace millrace::sql::select
