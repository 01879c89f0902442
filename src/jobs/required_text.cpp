// Only plain characters outside of groups and classes count; whatever else is met ends a piece, and
// what could change the meaning of characters gives up.
#include "jobs/required_text.hpp"

#include <cctype>

namespace millrace::jobs {
namespace {

// Escapes that stand for one place or character and take nothing after them.
constexpr std::string_view simple_escapes = "dDwWsShHvVRbBAzZGnrtfae";

// What follows `(?` in groups that change nothing outside of them: plain, named, atomic, looking
// around.
constexpr std::string_view group_kinds = ":=!<>|P";

class Reading {
 public:
  explicit Reading(std::string_view regex) : rest_(regex) {}

  std::string longest() {
    while (!rest_.empty() && sure_) step();
    end_piece();
    return sure_ ? longest_ : std::string();
  }

 private:
  void step() {
    const char next = take();
    switch (next) {
      case '|':
        return give_up();
      case '(':
        end_piece();
        return skip_group();
      case '[':
        end_piece();
        return skip_class();
      case '\\':
        return escape();
      case '*':
      case '?':
      case '{':
        drop_last();
        end_piece();
        if (next == '{') skip_to('}');
        return;
      case '+':
      case '.':
      case '^':
      case '$':
        return end_piece();
      default:
        piece_.push_back(next);
    }
  }

  char take() {
    const char next = rest_.front();
    rest_.remove_prefix(1);
    return next;
  }

  void escape() {
    if (rest_.empty()) return give_up();
    const char escaped = take();
    if (simple_escapes.find(escaped) != std::string_view::npos) return end_piece();
    if (std::isalnum(static_cast<unsigned char>(escaped)) != 0) return give_up();
    piece_.push_back(escaped);
  }

  // A group may be optional, or hold alternatives: nothing in it is sure.
  void skip_group() {
    enter_group();
    for (std::size_t depth = 1; depth > 0 && sure_;) {
      if (rest_.empty()) return give_up();
      const char next = take();
      if (next == '\\') skip_escaped();
      if (next == '[') skip_class();
      if (next == ')') --depth;
      if (next == '(') {
        ++depth;
        enter_group();
      }
    }
  }

  // Verbs, comments, and options, which hold for what follows too.
  void enter_group() {
    if (rest_.starts_with("*")) return give_up();
    if (!rest_.starts_with("?")) return;
    const char kind = rest_.size() > 1 ? rest_[1] : '\0';
    if (group_kinds.find(kind) == std::string_view::npos) give_up();
  }

  // In a class a first bracket is a member, and POSIX names have brackets of their own.
  void skip_class() {
    if (rest_.starts_with("^")) take();
    if (rest_.starts_with("]")) take();
    while (!rest_.empty()) {
      const char next = take();
      if (next == ']') return;
      if (next == '\\') skip_escaped();
      if (next == '[' &&
          (rest_.starts_with(":") || rest_.starts_with(".") || rest_.starts_with("=")))
        return give_up();
    }
    give_up();
  }

  // \Q quotes what follows, also brackets.
  void skip_escaped() {
    if (rest_.empty() || take() == 'Q') give_up();
  }

  void skip_to(char end) {
    const std::size_t at = rest_.find(end);
    if (at != std::string_view::npos) rest_.remove_prefix(at + 1);
  }

  // The character before a quantifier need not be there; it may be of several bytes.
  void drop_last() {
    while (!piece_.empty()) {
      const auto last = static_cast<unsigned char>(piece_.back());
      piece_.pop_back();
      if ((last & 0xC0) != 0x80) return;
    }
  }

  void end_piece() {
    if (piece_.size() > longest_.size()) longest_ = piece_;
    piece_.clear();
  }

  void give_up() { sure_ = false; }

  std::string_view rest_;
  bool sure_ = true;
  std::string piece_;
  std::string longest_;
};

}  // namespace

std::string required_text(std::string_view regex) { return Reading(regex).longest(); }

}  // namespace millrace::jobs
