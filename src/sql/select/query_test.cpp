// Whole queries over small objects, fed in steps of every size.
#include "sql/select/query.hpp"

#include "sql/select/error.hpp"
#include "sql/select/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::sql::select {
namespace {

class Steps final : public base::Reader {
 public:
  Steps(std::string_view bytes, std::size_t step) : left_(bytes), step_(step) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = left_.copy(out, std::min(size, step_));
    left_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view left_;
  std::size_t step_;
};

class Gathered final : public Results {
 public:
  void records(std::string_view bytes) override { all += bytes; }
  void progress(const Progress&) override { ++words; }
  std::string all;
  int words = 0;
};

std::string answer(const Request& request, std::string_view object, std::size_t step = 1 << 20) {
  Steps reader(object, step);
  Gathered results;
  try {
    run(request, reader, "", results);
  } catch (const SelectError& error) {
    return error.code();
  }
  return results.all;
}

constexpr std::string_view people =
    "name,Age,city\nAnn,31,\"Berlin, DE\"\n# a note\nBob,7,Paris\n\nCy,,\"say \"\"hi\"\"\"\nDee\n";

std::string csv(const std::string& expression, Header header = Header::use,
                std::string_view object = people) {
  return answer({.expression = expression, .csv = {.header = header}}, object);
}

TEST(CsvQuery, SelectsByNameAndPosition) {
  EXPECT_EQ(csv("SELECT name FROM S3Object WHERE age = '31'"), "Ann\n");
  EXPECT_EQ(csv("SELECT s._1, s.CITY FROM s3object s LIMIT 1"), "Ann,\"Berlin, DE\"\n");
  EXPECT_EQ(csv("SELECT * FROM S3Object"),
            "Ann,31,\"Berlin, DE\"\nBob,7,Paris\nCy,,\"say \"\"hi\"\"\"\nDee\n");
  EXPECT_EQ(csv("SELECT _2 FROM S3Object", Header::ignore), "31\n7\n\n\n");
  EXPECT_EQ(csv("SELECT _1 FROM S3Object LIMIT 2", Header::none), "name\nAnn\n");
  EXPECT_EQ(csv("SELECT name FROM S3Object WHERE age IS MISSING"), "Dee\n");
  EXPECT_EQ(csv("SELECT name FROM S3Object WHERE CAST(age AS INT) > 7 AND age IS NOT NULL"),
            "CastFailed");
  EXPECT_EQ(csv("SELECT name FROM S3Object WHERE age <> '' AND CAST(age AS INT) > 7"), "Ann\n");
  EXPECT_EQ(csv("SELECT name FROM S3Object WHERE age = '' OR CAST(age AS INT) > 7"), "Ann\nCy\n");
}

TEST(CsvQuery, RefusesNamesThatAreNotThere) {
  EXPECT_EQ(csv("SELECT \"age\" FROM S3Object"), "MissingHeaderName");
  EXPECT_EQ(csv("SELECT other FROM S3Object"), "MissingHeaderName");
  EXPECT_EQ(csv("SELECT a FROM S3Object", Header::use, "a,A\n1,2\n"), "AmbiguousFieldName");
  EXPECT_EQ(csv("SELECT \"A\" FROM S3Object", Header::use, "a,A\n1,2\n"), "2\n");
  EXPECT_EQ(csv("SELECT _0 FROM S3Object"), "InvalidColumnIndex");
  EXPECT_EQ(csv("SELECT name FROM S3Object", Header::none), "InvalidColumnIndex");
  EXPECT_EQ(csv("SELECT a.b.c FROM S3Object"), "InvalidKeyPath");
}

TEST(CsvQuery, Aggregates) {
  const std::string rows = "1,2.5\n2,\n3,x\n";
  const auto over = [&](const std::string& list) {
    return csv("SELECT " + list + " FROM S3Object", Header::none, rows);
  };
  EXPECT_EQ(over("COUNT(*), COUNT(_2), SUM(CAST(_1 AS INT)), AVG(CAST(_1 AS INT))"), "3,3,6,2\n");
  EXPECT_EQ(over("MIN(CAST(_1 AS FLOAT)), MAX(CAST(_1 AS INT)) * 2"), "1.0,6\n");
  EXPECT_EQ(over("SUM(CASE WHEN _2 = '2.5' THEN CAST(_2 AS DECIMAL) END)"), "2.5\n");
  EXPECT_EQ(over("SUM(_1)"), "IncorrectSqlFunctionArgumentType");
  EXPECT_EQ(over("COUNT(*), _1"), "UnsupportedSqlStructure");
  EXPECT_EQ(over("SUM(COUNT(*))"), "UnsupportedSqlStructure");
  EXPECT_EQ(csv("SELECT _1 FROM S3Object WHERE COUNT(*) > 1"), "UnsupportedSqlStructure");
  EXPECT_EQ(csv("SELECT SUM(CAST(_1 AS INT)), COUNT(*) FROM S3Object WHERE _1 = 'none'"), ",0\n");
}

std::string computed(const std::string& expression) {
  Request request{.expression = "SELECT " + expression + " AS x FROM S3Object",
                  .writes_json = true,
                  .now = "2017-10-13T16:02:11.123Z"};
  return answer(request, "a\n");
}

TEST(Query, Computes) {
  EXPECT_EQ(computed("COALESCE(NULL, MISSING, 'string')"), "{\"x\":\"string\"}\n");
  EXPECT_EQ(computed("COALESCE(MISSING)"), "{\"x\":null}\n");
  EXPECT_EQ(computed("NULLIF(1, '1')"), "{\"x\":1}\n");
  EXPECT_EQ(computed("NULLIF(1.0, 1)"), "{\"x\":null}\n");
  EXPECT_EQ(computed("MISSING"), "{}\n");
  EXPECT_EQ(computed("CHAR_LENGTH('abcdefg') + 1"), "{\"x\":8}\n");
  EXPECT_EQ(computed("LOWER('AbC') = 'abc' AND UPPER('ä') = 'Ä'"), "{\"x\":true}\n");
  EXPECT_EQ(computed("TRIM(BOTH '12' FROM '1112211foobar22211122')"), "{\"x\":\"foobar\"}\n");
  EXPECT_EQ(computed("SUBSTRING('123456789' FROM 2 FOR 3)"), "{\"x\":\"234\"}\n");
  EXPECT_EQ(computed("CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END"), "{\"x\":\"two\"}\n");
  EXPECT_EQ(computed("1 BETWEEN 0 AND 2.5"), "{\"x\":true}\n");
  EXPECT_EQ(computed("2 IN (1, 2.0, 'a')"), "{\"x\":true}\n");
  EXPECT_EQ(computed("1 < 'a'"), "{\"x\":null}\n");
  EXPECT_EQ(computed("'a%b' LIKE 'a\\%b' ESCAPE '\\'"), "{\"x\":true}\n");
  EXPECT_EQ(computed("1 LIKE 'a'"), "LikeInvalidInputs");
  EXPECT_EQ(computed("LOWER(1)"), "IncorrectSqlFunctionArgumentType");
  EXPECT_EQ(computed("UTCNOW()"), "{\"x\":\"2017-10-13T16:02:11.123Z\"}\n");
  EXPECT_EQ(computed("TO_STRING(DATE_ADD(day, 1, UTCNOW()), 'd.M.y')"), "{\"x\":\"14.10.2017\"}\n");
  EXPECT_EQ(computed("DATE_DIFF(month, `2010T`, TO_TIMESTAMP('2011T'))"), "{\"x\":12}\n");
  EXPECT_EQ(computed("TO_TIMESTAMP('x')"), "ValueParseFailure");
  EXPECT_EQ(computed("CAST(`2010-01-01T` AS STRING)"), "{\"x\":\"2010-01-01\"}\n");
  EXPECT_EQ(computed("-9223372036854775807 - 1"), "{\"x\":-9223372036854775808}\n");
  EXPECT_EQ(computed("-(1.50) / 2"), "{\"x\":-0.75}\n");
}

std::string json(const std::string& expression, std::string_view object,
                 Format format = Format::json_lines, bool to_json = true) {
  return answer({.expression = expression, .format = format, .writes_json = to_json}, object);
}

TEST(JsonQuery, FollowsTheDocumentation) {
  const std::string rules =
      "{ \"Rules\": [ {\"id\": \"1\"}, {\"expr\": \"y > x\"}, {\"id\": \"2\", \"expr\": \"z = "
      "DEBUG\"} ]}\n{ \"created\": \"June 27\", \"modified\": \"July 6\" }";
  EXPECT_EQ(json("SELECT id FROM S3Object[*].Rules[*].id", rules),
            "{\"id\":\"1\"}\n{}\n{\"id\":\"2\"}\n{}\n");
  EXPECT_EQ(json("SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING", rules),
            "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
  const std::string folders =
      "{\"dir_name\": \"a\", \"files\": [ { \"name\": \".\" } ], \"owner\": \"S3\" }\n";
  EXPECT_EQ(json("SELECT d.dir_name, d.files FROM S3Object[*] d", folders),
            "{\"dir_name\":\"a\",\"files\":[{\"name\":\".\"}]}\n");
  EXPECT_EQ(json("SELECT _1.dir_name, _1.owner FROM S3Object[*]", folders),
            "{\"dir_name\":\"a\",\"owner\":\"S3\"}\n");
  EXPECT_EQ(json("SELECT s.files[0].NAME FROM S3Object s", folders), "{\"NAME\":\".\"}\n");
  EXPECT_EQ(json("SELECT s.files[1].name FROM S3Object s", folders), "{}\n");
}

TEST(JsonQuery, KeepsTypes) {
  const std::string rows =
      "{\"a\":1,\"b\":1.50,\"c\":null,\"d\":true,\"e\":\"\\u00e9\\n\",\"f\":[1, {}]}\n";
  EXPECT_EQ(json("SELECT * FROM S3Object", rows),
            "{\"a\":1,\"b\":1.50,\"c\":null,\"d\":true,\"e\":\"\\u00e9\\n\",\"f\":[1,{}]}\n");
  EXPECT_EQ(json("SELECT s.b * 2 AS x, s.c, s.d, s.e, s.f, s.g FROM S3Object s", rows),
            "{\"x\":3.00,\"c\":null,\"d\":true,\"e\":\"é\\n\",\"f\":[1,{}]}\n");
  EXPECT_EQ(json("SELECT s.a FROM S3Object s WHERE s.d AND s.a < 2 AND s.c IS NULL", rows),
            "{\"a\":1}\n");
  EXPECT_EQ(json("SELECT s.a, s.e FROM S3Object s", rows, Format::json_lines, false),
            "1,\"é\n\"\n");
  EXPECT_EQ(json("SELECT s.f FROM S3Object s", rows, Format::json_lines, false),
            "UnsupportedSqlStructure");
  EXPECT_EQ(json("SELECT SUM(s.a), COUNT(s.c), COUNT(*) FROM S3Object s", rows),
            "{\"_1\":1,\"_2\":0,\"_3\":1}\n");
}

TEST(JsonQuery, ReadsDocuments) {
  const std::string document = "{\n \"books\": [\n {\"price\": 5},\n {\"price\": 7.5}\n ]\n}\n";
  EXPECT_EQ(json("SELECT SUM(price) AS s FROM S3Object[*].books[*].price", document,
                 Format::json_document),
            "{\"s\":12.5}\n");
  EXPECT_EQ(
      json("SELECT _1.price FROM S3Object[*].books[*] LIMIT 1", document, Format::json_document),
      "{\"price\":5}\n");
  EXPECT_EQ(json("SELECT * FROM S3Object[*].*", "{\"a\":1,\"b\":{\"c\":2}}", Format::json_document),
            "{\"_1\":1}\n{\"c\":2}\n");
}

TEST(JsonQuery, RefusesWhatIsNoJson) {
  for (const char* object : {"{", "{\"a\":}", "[1,]", "nul", "{\"a\":1 \"b\":2}", "\"\\x\"", "01",
                             "1.", "-", "{\"a\":1}}", "\"a\nb\"", "{1:2}"})
    EXPECT_EQ(json("SELECT * FROM S3Object", object), "JSONParsingError") << object;
  EXPECT_EQ(json("SELECT * FROM S3Object", std::string(200, '[')), "JSONParsingError");
  EXPECT_EQ(json("SELECT * FROM S3Object", "\"\xff\""), "InvalidTextEncoding");
  EXPECT_EQ(json("SELECT s.a FROM S3Object s", "{\"a\":1,\"A\":2}"), "AmbiguousFieldName");
}

TEST(JsonQuery, BoundsADocument) {
  const std::string long_text = '"' + std::string(document_limit - 2, 'x') + '"';
  const std::string statement = "SELECT COUNT(*) FROM S3Object";
  EXPECT_EQ(json(statement, long_text, Format::json_document), "{\"_1\":1}\n");
  EXPECT_EQ(json(statement, " " + long_text + "x", Format::json_document), "JSONParsingError");
  const std::string longer = '"' + std::string(document_limit, 'x') + '"';
  EXPECT_EQ(json(statement, longer, Format::json_document), "OverMaxRecordSize");
  EXPECT_EQ(json(statement, longer), "OverMaxRecordSize");
}

TEST(Query, DoesNotDependOnHowItsBytesCome) {
  const std::string expected = csv("SELECT * FROM S3Object");
  const std::string lines = "{\"a\":[1,2.5e3],\"b\":\"\\u00e9\"}\n true \n-12 {}";
  const std::string values = json("SELECT * FROM S3Object", lines);
  for (const std::size_t step : {1, 2, 3, 7, 20}) {
    EXPECT_EQ(answer({.expression = "SELECT * FROM S3Object", .csv = {.header = Header::use}},
                     people, step),
              expected);
    EXPECT_EQ(answer({.expression = "SELECT * FROM S3Object",
                      .format = Format::json_lines,
                      .writes_json = true},
                     lines, step),
              values);
  }
}

TEST(CsvQuery, TakesItsForm) {
  Request request{.expression = "SELECT _1, _2 FROM S3Object",
                  .csv = {.comments = "",
                          .quote = "'",
                          .escape = "\\",
                          .record_delimiter = "\r\n",
                          .field_delimiter = "|",
                          .quoted_record_delimiters = true},
                  .csv_output = {.always_quotes = true, .record_delimiter = ";"}};
  EXPECT_EQ(answer(request, "a|'b\\'\r\nc|'\r\n#x|\"y\"\r\n"),
            "\"a\",\"b'\r\nc|\";\"#x\",\"\"\"y\"\"\";");
  request.csv.quoted_record_delimiters = false;
  EXPECT_EQ(answer(request, "a|'b\r\nc'"), "CSVEscapingRecordDelimiter");
  EXPECT_EQ(answer(request, "a|'b"), "CSVUnescapedQuote");
}

TEST(CsvQuery, BoundsARecord) {
  const Request request{.expression = "SELECT CHAR_LENGTH(_1) FROM S3Object"};
  EXPECT_EQ(answer(request, std::string(record_limit, 'x') + "\n"), "1048576\n");
  EXPECT_EQ(answer(request, std::string(record_limit + 1, 'x') + "\n"), "OverMaxRecordSize");
  EXPECT_EQ(answer(request, std::string(3 * record_limit, 'x')), "OverMaxRecordSize");
  EXPECT_EQ(answer(request, "a\xff\n"), "InvalidTextEncoding");
  EXPECT_EQ(answer(request,
                   "\xEF\xBB\xBF"
                   "ab\n"),
            "2\n");
}

// Each record is in exactly one of the ranges that cover an object.
TEST(Query, RangesShareOutTheRecords) {
  const std::string rows = "A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n";
  for (const std::uint64_t size : {1, 3, 4, 5, 8, 23, 30}) {
    std::string all;
    for (std::uint64_t start = 0; start < rows.size(); start += size) {
      const std::uint64_t first = start > 0 ? start - 1 : 0;
      const Request request{.expression = "SELECT * FROM S3Object",
                            .range = ScanRange{.start = start, .end = start + size - 1},
                            .first_offset = first};
      all += answer(request, std::string_view(rows).substr(first));
    }
    EXPECT_EQ(all, rows) << size;
  }
  const Request documented{.expression = "SELECT * FROM S3Object",
                           .range = ScanRange{.start = 1, .end = 4}};
  EXPECT_EQ(answer(documented, rows), "C,D\n");
}

TEST(Query, BoundsWhatAStatementGrowsTo) {
  std::string nested = "s.a";
  for (int i = 0; i < 60; ++i) nested = "LOWER(" + nested + ")";
  EXPECT_EQ(json("SELECT " + nested + " FROM S3Object s", "{}"), "MaxOperatorsExceeded");
  std::string chain = "_1 = '0'";
  for (int i = 0; i < 900; ++i) chain += " OR _1 = '" + std::to_string(i) + "'";
  EXPECT_EQ(csv("SELECT _1 FROM S3Object WHERE " + chain, Header::none, "7\n"), "7\n");
}

TEST(Query, MatchesPatternsOfManyRuns) {
  const std::string text(5000, 'a');
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "%a";
  const std::string begin = "SELECT COUNT(*) FROM S3Object WHERE _1 LIKE '";
  EXPECT_EQ(csv(begin + pattern + "b'", Header::none, text + "\n"), "0\n");
  EXPECT_EQ(csv(begin + pattern + "'", Header::none, text + "\n"), "1\n");
  EXPECT_EQ(csv("SELECT COUNT(*) FROM S3Object WHERE 'xay' LIKE _1", Header::none, "%a%\nb\n"),
            "1\n");
}

TEST(Query, ReadsPackedObjects) {
  const std::string not_packed = "a,b\n";
  for (const auto compression : {Compression::gzip, Compression::bzip2}) {
    const Request request{.expression = "SELECT * FROM S3Object", .compression = compression};
    EXPECT_EQ(answer(request, not_packed), "InvalidCompressionFormat");
  }
}

TEST(JsonText, ComesBackFromItsSteps) {
  const Path path = {
      {.name = "a"}, {.kind = Step::Kind::index, .index = 7}, {.name = "", .is_quoted = true}};
  EXPECT_EQ(decode_steps(encode_steps(path)), path);
}

}  // namespace
}  // namespace millrace::sql::select
