// Expressions of S3 Select as the engine's: texts and conditions of CSV in its own terms, values of
// other types through functions of ours.
#pragma once

#include "sql/select/input.hpp"
#include "sql/select/tree.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace millrace::sql::select {

constexpr std::size_t written_limit = 4 * 1024 * 1024;  // bytes of the engine's statement

[[nodiscard]] std::string as_value(const Written& written);

struct WriterContext {
  bool is_json = false;
  std::string now;
};

class ExpressionWriter {
 public:
  // All outlive it.
  ExpressionWriter(const Statement& statement, Input& input, WriterContext context)
      : statement_(statement), input_(input), context_(std::move(context)) {}
  [[nodiscard]] Written write(const Expression& expression);
  [[nodiscard]] std::string condition(const Expression& expression);

 private:
  [[nodiscard]] Written write_any(const Expression& expression);
  [[nodiscard]] std::string value(const Expression& expression);
  [[nodiscard]] Written path(const Path& path);
  [[nodiscard]] bool is_row_name(const Step& step) const;
  [[nodiscard]] Written unary(const Expression& expression);
  [[nodiscard]] Written binary(const Expression& expression);
  [[nodiscard]] Written compared(std::string_view symbol, const Written& a, const Written& b);
  [[nodiscard]] Written chain(const Expression& expression);
  [[nodiscard]] Written between(const Expression& expression);
  [[nodiscard]] Written in(const Expression& expression);
  [[nodiscard]] Written like(const Expression& expression);
  [[nodiscard]] Written is(const Expression& expression);
  [[nodiscard]] Written cases(const Expression& expression);
  [[nodiscard]] Written call(const Expression& expression);
  [[nodiscard]] Written date_call(const Expression& expression);
  [[nodiscard]] Written coalesced(const Expression& expression);
  // A function of a text: `make` writes it around the text.
  [[nodiscard]] Written of_text(const Expression& argument,
                                const std::function<std::string(const std::string&)>& make);

  const Statement& statement_;
  Input& input_;
  WriterContext context_;
};

}  // namespace millrace::sql::select
