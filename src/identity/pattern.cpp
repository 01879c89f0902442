// Matching of policy texts: resolved to a glob whose wildcards are marked, so that substituted text
// stays literal.
#include "identity/pattern.hpp"

#include "base/text.hpp"

namespace millrace::identity {
namespace {

constexpr std::size_t arn_parts = 6;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim_quotes(std::string_view text) {
  text = base::trim(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'')
    return text.substr(1, text.size() - 2);
  return text;
}

// Splits at the first five colons that are outside of ${...}.
std::vector<std::string_view> split_arn(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool in_variable = false;
  for (std::size_t i = 0; i < text.size() && parts.size() + 1 < arn_parts; ++i) {
    if (text[i] == '{' && i > 0 && text[i - 1] == '$') in_variable = true;
    if (text[i] == '}') in_variable = false;
    if (text[i] != ':' || in_variable) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

Pattern::Pattern(std::string_view text, Reading reading) {
  std::size_t i = 0;
  while (i < text.size()) {
    const bool opens = reading.variables && text.substr(i).starts_with("${");
    const std::size_t close = opens ? text.find('}', i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      add_variable(text.substr(i + 2, close - i - 2));
      i = close + 1;
      continue;
    }
    if (reading.wildcards && text[i] == '*') {
      add(Piece::Kind::any_run, "*");
    } else if (reading.wildcards && text[i] == '?') {
      add(Piece::Kind::any_one, "?");
    } else {
      add(Piece::Kind::literal, text.substr(i, 1));
    }
    ++i;
  }
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::variable) return;
  }
  const Question nothing;
  fixed_ = resolve(Context(nothing, {}));
}

void Pattern::add(Piece::Kind kind, std::string_view text) {
  if (kind == Piece::Kind::literal && !pieces_.empty() && pieces_.back().kind == kind) {
    pieces_.back().text += text;
    return;
  }
  if (kind == Piece::Kind::any_run && !pieces_.empty() && pieces_.back().kind == kind) return;
  pieces_.push_back({.kind = kind, .text = std::string(text), .otherwise = std::nullopt});
}

void Pattern::add_variable(std::string_view inside) {
  if (inside == "*" || inside == "?" || inside == "$") return add(Piece::Kind::literal, inside);
  const std::size_t comma = inside.find(',');
  std::optional<std::string> otherwise;
  if (comma != std::string_view::npos)
    otherwise = std::string(trim_quotes(inside.substr(comma + 1)));
  const std::string_view key = base::trim(inside.substr(0, comma));
  pieces_.push_back(
      {.kind = Piece::Kind::variable, .text = std::string(key), .otherwise = std::move(otherwise)});
}

std::optional<Pattern::Glob> Pattern::resolve(const Context& context) const {
  Glob glob;
  const auto append = [&glob](std::string_view text, bool wildcard) {
    glob.text += text;
    glob.is_wildcard.resize(glob.text.size(), wildcard);
  };
  for (const Piece& piece : pieces_) {
    if (piece.kind != Piece::Kind::variable) {
      append(piece.text, piece.kind != Piece::Kind::literal);
      continue;
    }
    const auto values = context.find(piece.text);
    // A key with several values cannot stand for one text.
    if (values && values->size() == 1) {
      append(values->front(), false);
    } else if (piece.otherwise) {
      append(*piece.otherwise, false);
    } else {
      return std::nullopt;
    }
  }
  return glob;
}

bool Pattern::matches(std::string_view text, const Context& context, Case letters) const {
  const std::optional<Glob> resolved = fixed_ ? std::nullopt : resolve(context);
  if (!fixed_ && !resolved) return false;
  const Glob& glob = fixed_ ? *fixed_ : *resolved;
  const auto same = [letters](char a, char b) {
    return a == b || (letters == Case::ignored && folded(a) == folded(b));
  };
  std::size_t at = 0;
  std::size_t in_glob = 0;
  std::optional<std::size_t>
      after_run;  // where to go on in the glob when the last run takes one more character
  std::size_t run_end = 0;
  while (at < text.size()) {
    const bool left = in_glob < glob.text.size();
    const bool wild = left && glob.is_wildcard[in_glob];
    if (wild && glob.text[in_glob] == '*') {
      after_run = ++in_glob;
      run_end = at;
    } else if (left && (wild || same(glob.text[in_glob], text[at]))) {
      ++in_glob;
      ++at;
    } else if (after_run) {
      in_glob = *after_run;
      at = ++run_end;
    } else {
      return false;
    }
  }
  while (in_glob < glob.text.size() && glob.is_wildcard[in_glob] && glob.text[in_glob] == '*')
    ++in_glob;
  return in_glob == glob.text.size();
}

std::optional<std::string> Pattern::expand(const Context& context) const {
  if (fixed_) return fixed_->text;
  auto glob = resolve(context);
  if (!glob) return std::nullopt;
  return std::move(glob->text);
}

ArnPattern::ArnPattern(std::string_view text, Pattern::Reading reading) : everything_(text == "*") {
  for (const std::string_view part : split_arn(text)) parts_.emplace_back(part, reading);
  while (parts_.size() < arn_parts) parts_.emplace_back("*", reading);
}

bool ArnPattern::matches(std::string_view arn, const Context& context) const {
  if (everything_) return true;
  const auto parts = split_arn(arn);
  if (parts.size() != arn_parts) return false;
  for (std::size_t i = 0; i < arn_parts; ++i) {
    if (!parts_[i].matches(parts[i], context)) return false;
  }
  return true;
}

}  // namespace millrace::identity
