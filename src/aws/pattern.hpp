// A model's regular expression: compiled on first use, matched against the whole text.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace millrace::aws {

class Pattern {
 public:
  explicit Pattern(std::string source);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  [[nodiscard]] const std::string& source() const { return source_; }
  // Safe from any thread. A pattern that PCRE2 cannot read matches everything (`usable` is false).
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] bool usable() const;

 private:
  struct Compiled;
  [[nodiscard]] const Compiled& compiled() const;
  std::string source_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<Compiled> compiled_;
};

}  // namespace millrace::aws
