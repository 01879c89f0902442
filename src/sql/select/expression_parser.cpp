// Expressions by precedence, each level a function; what begins a value decides its form.
#include "base/text.hpp"
#include "sql/select/cursor.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sql::select {

Expression ExpressionParser::made(Expression expression) {
  for (const Expression& part : expression.parts)
    expression.height = std::max(expression.height, part.height + 1);
  if (expression.height > tree_height_limit || ++size_ > tree_size_limit)
    throw SelectError("MaxOperatorsExceeded");
  return expression;
}

Expression ExpressionParser::disjunction() {
  const Deeper level(depth_);
  Expression first = conjunction();
  if (!cursor_.at_word("OR")) return first;
  Expression any{.form = Form::any};
  any.parts.push_back(std::move(first));
  while (cursor_.take_word("OR")) any.parts.push_back(conjunction());
  return made(std::move(any));
}

Expression ExpressionParser::conjunction() {
  Expression first = negation();
  if (!cursor_.at_word("AND")) return first;
  Expression all{.form = Form::all};
  all.parts.push_back(std::move(first));
  while (cursor_.take_word("AND")) all.parts.push_back(negation());
  return made(std::move(all));
}

Expression ExpressionParser::negation() {
  if (!cursor_.take_word("NOT")) return equality();
  const Deeper level(depth_);
  Expression inverted{.form = Form::unary, .word = "NOT"};
  inverted.parts.push_back(negation());
  return made(std::move(inverted));
}

// Right associative, as AWS's table of operators has it.
Expression ExpressionParser::equality() {
  Expression left = comparison();
  for (const char* symbol : {"=", "<>"}) {
    if (!cursor_.take_symbol(symbol)) continue;
    const Deeper level(depth_);
    Expression both{.form = Form::binary, .word = symbol};
    both.parts.push_back(std::move(left));
    both.parts.push_back(equality());
    return made(std::move(both));
  }
  return left;
}

Expression ExpressionParser::comparison() {
  Expression left = predicate();
  while (true) {
    const std::string symbol =
        cursor_.token().kind == Token::Kind::symbol ? cursor_.token().text : "";
    if (symbol != "<" && symbol != "<=" && symbol != ">" && symbol != ">=") return left;
    cursor_.step();
    Expression both{.form = Form::binary, .word = symbol};
    both.parts.push_back(std::move(left));
    both.parts.push_back(predicate());
    left = made(std::move(both));
  }
}

Expression ExpressionParser::predicate() {
  Expression left = sum();
  while (cursor_.at_word("IS") || cursor_.at_word("IN") || cursor_.at_word("LIKE") ||
         cursor_.at_word("BETWEEN") || cursor_.at_word("NOT")) {
    left = predicate_of(std::move(left));
  }
  return left;
}

Expression ExpressionParser::predicate_of(Expression value) {
  Expression test;
  test.parts.push_back(std::move(value));
  if (cursor_.take_word("IS")) {
    test.form = Form::is;
    test.is_negated = cursor_.take_word("NOT");
    test.word = upper(cursor_.token().text);
    if (test.word != "NULL" && test.word != "MISSING")
      cursor_.refuse("ParseUnsupportedSyntax", "IS");
    cursor_.step();
    return made(std::move(test));
  }
  test.is_negated = cursor_.take_word("NOT");
  if (cursor_.take_word("BETWEEN")) {
    test.form = Form::between;
    test.parts.push_back(sum());
    cursor_.need_word("AND");
    test.parts.push_back(sum());
  } else if (cursor_.take_word("LIKE")) {
    test.form = Form::like;
    test.parts.push_back(sum());
    if (cursor_.take_word("ESCAPE")) test.parts.push_back(sum());
  } else if (cursor_.take_word("IN")) {
    test.form = Form::in;
    if (!cursor_.at_symbol("(")) cursor_.refuse("ParseExpectedTokenType", "(");
    for (Expression& item : arguments()) test.parts.push_back(std::move(item));
    if (test.parts.size() < 2) cursor_.refuse("ParseExpectedExpression");
  } else {
    cursor_.refuse_token();
  }
  return made(std::move(test));
}

Expression ExpressionParser::sum() {
  Expression left = product();
  while (cursor_.at_symbol("+") || cursor_.at_symbol("-")) {
    Expression both{.form = Form::binary, .word = cursor_.token().text};
    cursor_.step();
    both.parts.push_back(std::move(left));
    both.parts.push_back(product());
    left = made(std::move(both));
  }
  if (cursor_.at_symbol("||")) cursor_.refuse("ParseUnknownOperator", "||");
  return left;
}

Expression ExpressionParser::product() {
  Expression left = signed_value();
  while (cursor_.at_symbol("*") || cursor_.at_symbol("/") || cursor_.at_symbol("%")) {
    Expression both{.form = Form::binary, .word = cursor_.token().text};
    cursor_.step();
    both.parts.push_back(std::move(left));
    both.parts.push_back(signed_value());
    left = made(std::move(both));
  }
  return left;
}

Expression ExpressionParser::signed_value() {
  if (!cursor_.at_symbol("-") && !cursor_.at_symbol("+")) return value();
  const Deeper level(depth_);
  Expression with_sign{.form = Form::unary, .word = cursor_.token().text};
  cursor_.step();
  with_sign.parts.push_back(signed_value());
  return made(std::move(with_sign));
}

Expression ExpressionParser::value() {
  const Token& token = cursor_.token();
  using enum Token::Kind;
  switch (token.kind) {
    case word:
      return word_value();
    case name:
      return path_value();
    case text:
    case number:
    case instant: {
      const Form form = token.kind == text     ? Form::text
                        : token.kind == number ? Form::number
                                               : Form::instant;
      Expression literal{.form = form, .word = token.text};
      cursor_.step();
      return made(std::move(literal));
    }
    case symbol:
      if (cursor_.take_symbol("(")) {
        if (cursor_.at_word("SELECT")) cursor_.refuse("UnsupportedSqlStructure", "a subquery");
        Expression inner = expression();
        if (cursor_.at_symbol(",")) cursor_.refuse("ParseUnsupportedSyntax", "a list");
        cursor_.need_symbol(")", "ParseExpectedTokenType");
        return inner;
      }
      if (cursor_.at_symbol("*")) cursor_.refuse("ParseInvalidContextForWildcardInSelectList");
      if (cursor_.at_symbol("[") || cursor_.at_symbol("{") || cursor_.at_symbol("@"))
        cursor_.refuse("ParseUnsupportedSyntax", token.text);
      [[fallthrough]];
    case end:
      break;
  }
  if (token.kind == end || cursor_.at_symbol(",") || cursor_.at_symbol(")"))
    cursor_.refuse("ParseExpectedExpression");
  cursor_.refuse_token();
}

Expression ExpressionParser::word_value() {
  const std::string word = upper(cursor_.token().text);
  const auto constant = [&](Form form) {
    cursor_.step();
    return made({.form = form, .word = form == Form::truth ? word : ""});
  };
  if (word == "NULL") return constant(Form::null);
  if (word == "MISSING") return constant(Form::missing);
  if (word == "TRUE" || word == "FALSE") return constant(Form::truth);
  if (word == "CASE") return cases();
  if (word == "CAST") return cast();
  if (cursor_.before_symbol("(")) return call(word);
  if (word == "FROM") cursor_.refuse("ParseExpectedExpression");
  if (is_reserved(word)) cursor_.refuse_token();
  return path_value();
}

Step ExpressionParser::named_step() {
  const Token& token = cursor_.token();
  if (token.kind == Token::Kind::word && is_reserved(token.text)) cursor_.refuse_token();
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::name)
    cursor_.refuse("ParseInvalidPathComponent");
  Step step{.name = token.text, .is_quoted = token.kind == Token::Kind::name};
  cursor_.step();
  return step;
}

Step ExpressionParser::bracket_step(bool wild) {
  Step step;
  const Token token = cursor_.token();
  if (wild && cursor_.at_symbol("*")) {
    step.kind = Step::Kind::elements;
  } else if (token.kind == Token::Kind::text) {
    step = {.name = token.text, .is_quoted = true};
  } else {
    const auto index = base::to_integer(token.text);
    if (token.kind != Token::Kind::number || !index) cursor_.refuse("ParseInvalidPathComponent");
    step = {.kind = Step::Kind::index, .index = static_cast<std::uint64_t>(*index)};
  }
  cursor_.step();
  cursor_.need_symbol("]", "ParseExpectedTokenType");
  return step;
}

void ExpressionParser::path_steps(Path& path, bool wild) {
  while (true) {
    if (path.size() > tree_size_limit) throw SelectError("MaxOperatorsExceeded");
    if (cursor_.take_symbol("[")) {
      path.push_back(bracket_step(wild));
    } else if (cursor_.take_symbol(".")) {
      if (cursor_.at_symbol("*") && !wild)
        cursor_.refuse("ParseInvalidContextForWildcardInSelectList");
      if (cursor_.take_symbol("*")) {
        path.push_back({.kind = Step::Kind::members});
      } else {
        path.push_back(named_step());
      }
    } else {
      return;
    }
  }
}

Expression ExpressionParser::path_value() {
  Expression value{.form = Form::path};
  value.path.push_back(named_step());
  path_steps(value.path, false);
  return made(std::move(value));
}

}  // namespace millrace::sql::select
