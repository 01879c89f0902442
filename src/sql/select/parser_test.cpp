// Statements of AWS's documentation and refusals of what it does not have; what is printed reads as
// the same tree.
#include "sql/select/parser.hpp"

#include "sql/select/error.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <utility>

namespace millrace::sql::select {
namespace {

std::string code_of(const std::string& statement) {
  try {
    static_cast<void>(parse(statement));
    return "";
  } catch (const SelectError& error) {
    return error.code();
  }
}

TEST(Parser, ReadsTheStatementsOfTheDocumentation) {
  for (const char* statement : {
           "SELECT * FROM S3Object",
           "select s.* from s3object s limit 5",
           "SELECT s._1, s._2 FROM S3Object s WHERE s._3 > 100;",
           "SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING",
           "SELECT d.dir_name, d.files FROM S3Object[*] d",
           "SELECT _1.dir_name, _1.owner FROM S3Object[*]",
           "Select s.projects[0].project_name from S3Object s",
           "SELECT price FROM S3Object[*].books[*].price",
           "SELECT s.name FROM S3Object[*]['store'].* AS s",
           "SELECT s.\"CAST\" from S3Object s",
           ("SELECT venuecity, CASE venuecity WHEN 'New York City' THEN 'Big Apple' ELSE 'other' "
            "END FROM S3Object;"),
           "SELECT CASE WHEN CAST(pricepaid as FLOAT) < 10000 THEN 'a' END AS c FROM S3Object",
           ("SELECT SUM(CAST(_3 as INT)) FROM s3object s WHERE _2 LIKE 'example-folder/%' AND _2 "
            "!= 'example-folder/'"),
           "SELECT COUNT(*), AVG(CAST(s.a AS DECIMAL(10, 2))) total FROM S3Object s",
           "SELECT TRIM(BOTH '12' FROM s.a), TRIM(s.a), TRIM(LEADING FROM s.a) FROM S3Object s",
           "SELECT SUBSTRING(s.a FROM 1 FOR 2), SUBSTRING(s.a, 1) FROM S3Object s",
           ("SELECT DATE_ADD(year, 5, `2010-01-01T`), EXTRACT(TIMEZONE_HOUR FROM UTCNOW()) FROM "
            "S3Object"),
           "SELECT s.a FROM S3Object s WHERE s.b NOT LIKE '10\\%' ESCAPE '\\' OR s.c NOT IN (1, 2)",
           "SELECT s.a FROM S3Object s WHERE NOT s.b BETWEEN 1 AND 2 AND s.c IS NULL",
       }) {
    const Statement read = parse(statement);
    EXPECT_EQ(parse(print(read)), read) << statement << "\n" << print(read);
  }
}

TEST(Parser, KeepsThePrecedenceOfOperators) {
  const auto where = [](const std::string& condition) {
    return print(parse("SELECT * FROM S3Object WHERE " + condition)).substr(29);
  };
  EXPECT_EQ(where("1 + 2 * 3 = 7 AND NOT a < b OR c"),
            "((((1 + (2 * 3)) = 7) AND (NOT (a < b))) OR c)");
  EXPECT_EQ(where("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(where("-a * b"), "((- a) * b)");
  EXPECT_EQ(where("a = b < c"), "(a = (b < c))");
  EXPECT_EQ(where("a + 1 IN (1, 2) = TRUE"), "(((a + 1) IN (1, 2)) = TRUE)");
}

TEST(Parser, RefusesByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"UPDATE S3Object", "ParseUnsupportedSelect"},
      {"", "ParseUnsupportedSelect"},
      {"SELECT FROM S3Object", "ParseEmptySelect"},
      {"SELECT a", "ParseSelectMissingFrom"},
      {"SELECT *, a FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"},
      {"SELECT a, * FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"},
      {"SELECT x.* FROM S3Object s", "ParseInvalidContextForWildcardInSelectList"},
      {"SELECT DISTINCT a FROM S3Object", "ParseUnsupportedSyntax"},
      {"SELECT a FROM table1", "InvalidDataSource"},
      {"SELECT a FROM S3Object.path", "InvalidKeyPath"},
      {"SELECT a FROM (SELECT * FROM S3Object)", "UnsupportedSqlStructure"},
      {"SELECT a FROM S3Object WHERE b IN (SELECT 1)", "ParseUnExpectedKeyword"},
      {"SELECT a FROM S3Object s, S3Object t", "MultipleDataSourcesUnsupported"},
      {"SELECT a FROM S3Object s JOIN S3Object t", "ParseMalformedJoin"},
      {"SELECT a FROM S3Object GROUP BY a", "ParseExpectedIdentForGroupName"},
      {"SELECT a FROM S3Object ORDER BY a", "ParseUnsupportedSyntax"},
      {"SELECT a FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"},
      {"SELECT a FROM S3Object LIMIT x", "ParseExpectedNumber"},
      {"SELECT a FROM S3Object LIMIT 1 2", "ParseUnexpectedToken"},
      {"SELECT a b c FROM S3Object", "ParseUnexpectedToken"},
      {"SELECT s.CAST FROM S3Object s", "ParseUnExpectedKeyword"},
      {"SELECT a FROM S3Object WHERE", "ParseExpectedExpression"},
      {"SELECT a FROM S3Object WHERE a =", "ParseExpectedExpression"},
      {"SELECT a AS FROM S3Object", "ParseExpectedIdentForAlias"},
      {"SELECT SQRT(a) FROM S3Object", "UnsupportedFunction"},
      {"SELECT BIT_LENGTH(a) FROM S3Object", "UnsupportedFunction"},
      {"SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"},
      {"SELECT SUM(a, b) FROM S3Object", "ParseNonUnaryAgregateFunctionCall"},
      {"SELECT LOWER(a, b) FROM S3Object", "EvaluatorInvalidArguments"},
      {"SELECT LOWER(a FROM S3Object", "ParseExpectedRightParenBuiltinFunctionCall"},
      {"SELECT CAST a AS INT FROM S3Object", "ParseExpectedLeftParenAfterCast"},
      {"SELECT CAST(a, INT) FROM S3Object", "ParseCastArity"},
      {"SELECT CAST(a AS VARCHAR) FROM S3Object", "InvalidDataType"},
      {"SELECT CAST(a AS thing) FROM S3Object", "ParseExpectedTypeName"},
      {"SELECT CAST(a INT) FROM S3Object", "ParseExpectedKeyword"},
      {"SELECT CASE a END FROM S3Object", "ParseExpectedWhenClause"},
      {"SELECT EXTRACT(week FROM a) FROM S3Object", "ParseExpectedDatePart"},
      {"SELECT DATE_ADD(year 1, a) FROM S3Object", "ParseExpectedArgumentDelimiter"},
      {"SELECT a || b FROM S3Object", "ParseUnknownOperator"},
      {"SELECT [1] FROM S3Object", "ParseUnsupportedSyntax"},
      {"SELECT a[b] FROM S3Object", "ParseInvalidPathComponent"},
      {"SELECT 'a FROM S3Object", "LexerInvalidLiteral"},
      {"SELECT `2010 FROM S3Object", "LexerInvalidIONLiteral"},
      {"SELECT 1a FROM S3Object", "LexerInvalidLiteral"},
      {"SELECT a FROM S3Object WHERE a # 1", "LexerInvalidChar"},
      {"SELECT \xff FROM S3Object", "LexerInvalidChar"},
      {"SELECT a FROM S3Object AT b", "ParseExpectedIdentForAt"},
  };
  for (const auto& [statement, code] : cases) EXPECT_EQ(code_of(statement), code) << statement;
}

TEST(Parser, SaysWhere) {
  try {
    static_cast<void>(parse("SELECT a\nFROM S3Object WHERE )"));
    FAIL();
  } catch (const SelectError& error) {
    EXPECT_STREQ(error.what(), "The expected SQL expression was not found. (at line 2, column 21)");
  }
}

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Parser, BoundsAStatement) {
  const std::string begin = "SELECT * FROM S3Object WHERE ";
  EXPECT_EQ(code_of(begin + repeated("(", 90) + "1" + repeated(")", 90)), "");
  for (const char* opening : {"(", "NOT ", "- ", "LOWER(", "CASE WHEN ", "a = ", "a IN ("})
    EXPECT_EQ(code_of(begin + repeated(opening, 20'000) + "1"), "MaxOperatorsExceeded") << opening;
  EXPECT_EQ(code_of(begin + "1" + repeated(" + 1", 20'000)), "MaxOperatorsExceeded");
  EXPECT_EQ(code_of(begin + "a" + repeated(" OR a", 1000)), "");
  EXPECT_EQ(code_of(begin + "a" + repeated(" OR a", 10'000)), "MaxOperatorsExceeded");
  EXPECT_EQ(code_of(begin + "a" + repeated(".b", 10'000)), "MaxOperatorsExceeded");
  EXPECT_EQ(code_of(begin + repeated(" ", 256 * 1024)), "ExpressionTooLong");
}

// Random trees, in the forms that a parser makes.
class Trees {
 public:
  explicit Trees(std::uint64_t seed) : random_(seed) {}

  std::string expression(int depth) {
    const std::string a = depth > 0 ? expression(depth - 1) : leaf();
    const std::string b = depth > 0 && pick(2) == 0 ? expression(depth - 1) : leaf();
    switch (pick(depth > 0 ? 12 : 1)) {
      case 1:
        return "(" + a + one_of({" + ", " - ", " * ", " / ", " % "}) + b + ")";
      case 2:
        return "(" + a + one_of({" = ", " <> ", " < ", " <= ", " > ", " >= "}) + b + ")";
      case 3:
        return "(" + a + one_of({" AND ", " OR "}) + b + ")";
      case 4:
        return "(NOT " + a + ")";
      case 5:
        return "(" + a + one_of({" IS NULL", " IS NOT MISSING", " IS NOT NULL"}) + ")";
      case 6:
        return "(" + a + one_of({" ", " NOT "}) + "BETWEEN (" + b + ") AND (" + a + "))";
      case 7:
        return "(" + a + one_of({" ", " NOT "}) + "IN (" + b + ", " + leaf() + "))";
      case 8:
        return "(" + a + " LIKE " + b + one_of({"", " ESCAPE 'x'"}) + ")";
      case 9:
        return one_of({"LOWER(", "SUM(", "CHAR_LENGTH(", "COALESCE(", "TO_TIMESTAMP("}) + a + ")";
      case 10:
        return "CASE " + one_of({"", b + " "}) + "WHEN " + a + " THEN " + b +
               one_of({"", " ELSE " + a}) + " END";
      case 11:
        return "CAST(" + a + " AS " + one_of({"INT", "FLOAT", "STRING", "TIMESTAMP"}) + ")";
      default:
        return leaf();
    }
  }

 private:
  std::string leaf() {
    return one_of({"a", "s.b[1].c", "\"x \"\" y\"", "'it''s'", "1", "2.50", "1e3", "NULL",
                   "MISSING", "TRUE", "`2010T`", "UTCNOW()", "COUNT(*)", "(- 3)"});
  }
  std::size_t pick(std::size_t count) { return random_() % count; }
  std::string one_of(std::initializer_list<std::string> texts) {
    return *(texts.begin() + static_cast<std::ptrdiff_t>(pick(texts.size())));
  }
  std::mt19937_64 random_;
};

TEST(Parser, PrintsWhatReadsAsTheSameTree) {
  const char* const given = std::getenv("MILLRACE_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : 1;
  Trees trees(seed);
  for (int i = 0; i < 3000; ++i) {
    const std::string text =
        "SELECT " + trees.expression(4) + " FROM S3Object s WHERE " + trees.expression(4);
    const Statement read = parse(text);
    ASSERT_EQ(parse(print(read)), read) << "MILLRACE_SEED=" << seed << "\n" << text;
  }
}

}  // namespace
}  // namespace millrace::sql::select
