// Models are written in Java's dialect, which PCRE2 reads after the few rewritings below.
#include "aws/pattern.hpp"

#include "base/text.hpp"

#include <pcre2.h>

namespace millrace::aws {

namespace {

// Java's own class names, as the inside of a bracket expression.
std::string_view java_class(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> classes[] = {
      {"ASCII", "\\u{00}-\\u{7F}"},
      {"Graph", "\\u{21}-\\u{7E}"},
      {"Print", "\\u{20}-\\u{7E}"},
      {"Alnum", "a-zA-Z0-9"},
      {"Alpha", "a-zA-Z"},
      {"Digit", "0-9"},
      {"Upper", "A-Z"},
      {"Lower", "a-z"},
      {"Blank", " \\t"},
      {"Space", "\\s"},
      {"XDigit", "0-9a-fA-F"},
      {"Punct", "!-/:-@\\[-`{-~"},
      {"Cntrl", "\\u{00}-\\u{1F}\\u{7F}"},
      {"IsAlphabetic", "\\p{L}"},
      {"IsDigit", "\\p{Nd}"},
      {"IsLetter", "\\p{L}"},
      {"all", "\\u{0}-\\u{10FFFF}"},
      {"IsWhitespace", "\\s"},
      {"IsL", "\\p{L}"}};
  for (const auto& [java, ours] : classes) {
    if (java == name) return ours;
  }
  return {};
}

// The end of a class name's escape at `at`, or `at` where there is none: "\\p{Alnum}".
std::size_t end_of_class_name(std::string_view pattern, std::size_t at) {
  if (!pattern.substr(at).starts_with("\\p{") && !pattern.substr(at).starts_with("\\P{")) return at;
  const auto close = pattern.find('}', at);
  return close == std::string_view::npos ? at : close + 1;
}

bool names_class(std::string_view escape) {
  return std::string_view("wWdDsSpP").find(escape[1]) != std::string_view::npos;
}

// Class names outside brackets need brackets of their own; inside, a hyphen after a class is itself
// ("[\\w-_]").
std::string with_class_names(std::string_view pattern) {
  std::string out;
  bool in_brackets = false;
  bool after_class = false;
  for (std::size_t at = 0; at < pattern.size();) {
    if (const std::size_t end = end_of_class_name(pattern, at); end != at) {
      const std::string_view ours = java_class(pattern.substr(at + 3, end - at - 4));
      const bool negated = pattern[at + 1] == 'P';
      if (ours.empty() || (negated && in_brackets)) {
        out += pattern.substr(at, end - at);
      } else {
        out += in_brackets ? std::string(ours) : (negated ? "[^" : "[") + std::string(ours) + "]";
      }
      at = end;
      after_class = true;
      continue;
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      out += pattern.substr(at, 2);
      after_class = names_class(pattern.substr(at, 2));
      at += 2;
      continue;
    }
    if (pattern[at] == '[') in_brackets = true;
    if (pattern[at] == ']') in_brackets = false;
    if (pattern[at] == '-' && in_brackets && after_class) out += '\\';
    after_class = false;
    out += pattern[at++];
  }
  return out;
}

// Java names characters beyond the first plane by surrogate pairs.
std::string in_pcre(std::string pattern) {
  constexpr std::pair<std::string_view, std::string_view> rewritings[] = {
      {"\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\u{10000}-\\u{10FFFF}"},
      {"${", "(?:$){"},  // Java repeats even an anchor
      {"\\uD800\\uDBFF-\\uDC00\\uDFFF", "\\u{10000}-\\u{10FFFF}"},
      {"\\ud800\\udc00-\\udbff\\udfff", "\\u{10000}-\\u{10FFFF}"},
  };
  // In the dialect that knows \\u, code points stand in \\u{...} only.
  pattern = base::replace_all(std::move(pattern), "\\x{", "\\u{");
  for (const auto& [java, ours] : rewritings) pattern = base::replace_all(pattern, java, ours);
  return with_class_names(pattern);
}

struct CodeFree {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchFree {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct ContextFree {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

std::unique_ptr<pcre2_code, CodeFree> compile(const std::string& pattern) {
  const std::unique_ptr<pcre2_compile_context, ContextFree> context(
      pcre2_compile_context_create(nullptr));
  pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
  int error = 0;
  PCRE2_SIZE where = 0;
  std::unique_ptr<pcre2_code, CodeFree> code(pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
      PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_ALLOW_EMPTY_CLASS, &error,
      &where, context.get()));
  if (code) pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  return code;
}

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<pcre2_code, CodeFree> code;
};

Pattern::Pattern(std::string source) : source_(std::move(source)) {}
Pattern::~Pattern() = default;

const Pattern::Compiled& Pattern::compiled() const {
  std::call_once(once_, [this] {
    compiled_ = std::make_unique<Compiled>(Compiled{compile(in_pcre(source_))});
  });
  return *compiled_;
}

bool Pattern::usable() const { return compiled().code != nullptr; }

bool Pattern::matches(std::string_view text) const {
  const Compiled& pattern = compiled();
  if (!pattern.code) return true;
  const std::unique_ptr<pcre2_match_data, MatchFree> data(
      pcre2_match_data_create_from_pattern(pattern.code.get(), nullptr));
  return pcre2_match(pattern.code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                     0, data.get(), nullptr) >= 0;
}

}  // namespace millrace::aws
