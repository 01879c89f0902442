// The clauses of a statement; expressions are read in expression_parser.cpp.
#include "sql/select/parser.hpp"

#include "base/text.hpp"
#include "sql/select/cursor.hpp"

#include <array>

namespace millrace::sql::select {
namespace {

class StatementParser {
 public:
  explicit StatementParser(std::string_view text) : cursor_(text), expressions_(cursor_) {}

  Statement parse() {
    Statement statement;
    if (!cursor_.take_word("SELECT"))
      cursor_.refuse("ParseUnsupportedSelect", "SELECT is expected");
    read_list(statement);
    read_from(statement);
    if (cursor_.take_word("WHERE")) statement.where = expressions_.expression();
    refuse_other_clauses();
    if (cursor_.take_word("LIMIT")) statement.limit = read_limit();
    cursor_.take_symbol(";");
    if (cursor_.token().kind != Token::Kind::end) cursor_.refuse_token();
    check_everything(statement);
    return statement;
  }

 private:
  void read_list(Statement& statement) {
    if (cursor_.at_word("FROM") || cursor_.token().kind == Token::Kind::end)
      cursor_.refuse("ParseEmptySelect");
    if (cursor_.at_word("DISTINCT") || cursor_.at_word("ALL"))
      cursor_.refuse("ParseUnsupportedSyntax", upper(cursor_.token().text));
    do {
      read_item(statement);
    } while (cursor_.take_symbol(","));
  }

  void read_item(Statement& statement) {
    if (cursor_.take_symbol("*")) {
      has_star_ = true;
    } else if (is_alias_star()) {
      star_alias_ = cursor_.token();
      for (int i = 0; i < 3; ++i) cursor_.step();
      has_star_ = true;
    } else {
      statement.items.push_back({.expression = expressions_.expression(), .alias = read_alias()});
    }
    if (has_star_ && (!statement.items.empty() || cursor_.at_symbol(",")))
      cursor_.refuse("ParseAsteriskIsNotAloneInSelectList");
  }

  // alias.*: the only one of its kind that is everything.
  [[nodiscard]] bool is_alias_star() const {
    const Token::Kind kind = cursor_.token().kind;
    return (kind == Token::Kind::word || kind == Token::Kind::name) && cursor_.before_symbol(".") &&
           cursor_.before_symbol("*", 2);
  }

  std::optional<std::string> read_alias() {
    const bool must = cursor_.take_word("AS");
    const Token& token = cursor_.token();
    const bool is_name = token.kind == Token::Kind::name ||
                         (token.kind == Token::Kind::word && !is_reserved(token.text));
    if (!is_name) {
      if (must) cursor_.refuse("ParseExpectedIdentForAlias");
      return std::nullopt;
    }
    std::string name = token.text;
    cursor_.step();
    return name;
  }

  void read_from(Statement& statement) {
    if (!cursor_.take_word("FROM")) {
      if (cursor_.token().kind == Token::Kind::end) cursor_.refuse("ParseSelectMissingFrom");
      cursor_.refuse_token();
    }
    if (cursor_.at_symbol("(")) cursor_.refuse("UnsupportedSqlStructure", "a subquery");
    const Token& table = cursor_.token();
    const bool is_object = (table.kind == Token::Kind::word || table.kind == Token::Kind::name) &&
                           base::equal_ignoring_case(table.text, "S3Object");
    if (!is_object) cursor_.refuse("InvalidDataSource", "FROM must name S3Object");
    cursor_.step();
    read_from_path(statement);
    if (cursor_.at_word("AT")) cursor_.refuse("ParseExpectedIdentForAt");
    statement.alias = read_alias();
    refuse_other_sources();
  }

  void read_from_path(Statement& statement) {
    Path path;
    expressions_.path_steps(path, true);
    if (path.empty()) return;
    if (path.front().kind != Step::Kind::elements)
      throw SelectError("InvalidKeyPath", "a path begins with S3Object[*]");
    statement.has_elements = true;
    statement.from.assign(path.begin() + 1, path.end());
  }

  void refuse_other_sources() const {
    if (cursor_.at_symbol(",")) cursor_.refuse("MultipleDataSourcesUnsupported");
    for (const char* word : {"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "NATURAL"})
      if (cursor_.at_word(word)) cursor_.refuse("ParseMalformedJoin");
  }

  void refuse_other_clauses() const {
    if (cursor_.at_word("GROUP")) cursor_.refuse("ParseExpectedIdentForGroupName");
    for (const char* word : {"ORDER", "HAVING", "UNION", "INTERSECT", "EXCEPT", "OFFSET", "FETCH"})
      if (cursor_.at_word(word)) cursor_.refuse("ParseUnsupportedSyntax", word);
  }

  std::int64_t read_limit() {
    if (cursor_.at_symbol("-")) cursor_.refuse("EvaluatorNegativeLimit");
    const Token& token = cursor_.token();
    if (token.kind != Token::Kind::number) cursor_.refuse("ParseExpectedNumber");
    const auto number = base::to_integer(token.text);
    if (!number) cursor_.refuse("ParseExpectedNumber");
    cursor_.step();
    return *number;
  }

  void check_everything(const Statement& statement) const {
    if (!star_alias_) return;
    const std::string alias = statement.alias.value_or("S3Object");
    if (!base::equal_ignoring_case(star_alias_->text, alias))
      throw SelectError("ParseInvalidContextForWildcardInSelectList", star_alias_->text + ".*");
  }

  Cursor cursor_;
  ExpressionParser expressions_;
  bool has_star_ = false;
  std::optional<Token> star_alias_;
};

}  // namespace

void Cursor::refuse(std::string_view code, std::string_view wanted) const {
  std::string detail;
  if (!wanted.empty()) detail = std::string(wanted) + ", ";
  throw SelectError(code, detail + place(all_, token().at));
}

void Cursor::refuse_token() const {
  const bool is_keyword = token().kind == Token::Kind::word && is_reserved(token().text);
  if (token().kind == Token::Kind::end) refuse("ParseUnexpectedToken", "the end");
  refuse(is_keyword ? "ParseUnExpectedKeyword" : "ParseUnexpectedToken",
         base::printable(token().text.substr(0, 100)));
}

Statement parse(std::string_view statement) {
  if (statement.size() > expression_limit) throw SelectError("ExpressionTooLong");
  if (!base::is_utf8(statement)) throw SelectError("LexerInvalidChar");
  return StatementParser(statement).parse();
}

}  // namespace millrace::sql::select
