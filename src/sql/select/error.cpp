#include "sql/select/error.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::sql::select {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// Of AWS's list of SELECT Object Content error codes.
constexpr std::array words = {
    Row{"AmbiguousFieldName",
        "The field name matches to multiple fields in the file. Check the SQL expression and the "
        "file, and try again."},
    Row{"CastFailed",
        "An attempt to convert from one data type to another using CAST failed in the SQL "
        "expression."},
    Row{"CSVEscapingRecordDelimiter",
        "A quoted record delimiter was found in the file. To allow quoted record delimiters, set "
        "AllowQuotedRecordDelimiter to 'TRUE'."},
    Row{"CSVUnescapedQuote", "An unescaped quote was found while parsing the CSV file."},
    Row{"EvaluatorBindingDoesNotExist",
        "A column name or a path provided does not exist in the SQL expression."},
    Row{"EvaluatorInvalidArguments",
        "There is an incorrect number of arguments in the function call in the SQL expression."},
    Row{"EvaluatorInvalidTimestampFormatPattern",
        "The timestamp format string in the SQL expression is not valid."},
    Row{"EvaluatorInvalidTimestampFormatPatternSymbol",
        "The timestamp format pattern contains a symbol in the SQL expression that is not valid."},
    Row{"EvaluatorLikePatternInvalidEscapeSequence",
        "An argument given to the LIKE expression was not valid."},
    Row{"EvaluatorNegativeLimit", "LIMIT must not be negative."},
    Row{"EvaluatorUnterminatedTimestampFormatPatternToken",
        "The timestamp format pattern contains an unterminated token in the SQL expression."},
    Row{"ExpressionTooLong",
        "The SQL expression is too long. The maximum byte-length for an SQL expression is 256 KB."},
    Row{"ExternalEvalException", "The query cannot be evaluated. Check the file and try again."},
    Row{"IllegalSqlFunctionArgument", "An illegal argument was used in the SQL function."},
    Row{"IncorrectSqlFunctionArgumentType",
        "An incorrect argument type was specified in a function call in the SQL expression."},
    Row{"IntegerOverflow", "An integer overflow or underflow occurred in the SQL expression."},
    Row{"InvalidColumnIndex", "The column index in the SQL expression is not valid."},
    Row{"InvalidCompressionFormat",
        "The file is not in a supported compression format. Only GZIP and BZIP2 are supported."},
    Row{"InvalidDataSource",
        "The data source type is not valid. Only CSV, JSON, and Parquet are supported."},
    Row{"InvalidDataType", "The SQL expression contains a data type that is not valid."},
    Row{"InvalidKeyPath", "The key path in the SQL expression is not valid."},
    Row{"InvalidTableAlias", "The SQL expression contains a table alias that is not valid."},
    Row{"InvalidTextEncoding", "The encoding type is not valid. Only UTF-8 encoding is supported."},
    Row{"JSONParsingError",
        "An error occurred while parsing the JSON file. Check the file and try again."},
    Row{"LexerInvalidChar", "The SQL expression contains a character that is not valid."},
    Row{"LexerInvalidIONLiteral", "The SQL expression contains an operator that is not valid."},
    Row{"LexerInvalidLiteral", "The SQL expression contains an operator that is not valid."},
    Row{"LikeInvalidInputs",
        "The argument given to the LIKE clause in the SQL expression is not valid."},
    Row{"MaxOperatorsExceeded",
        "Failed to parse SQL expression, try reducing complexity. For example, reduce number of "
        "operators used."},
    Row{"MissingHeaderName",
        "Some headers in the query are missing from the file. Check the file and try again."},
    Row{"MultipleDataSourcesUnsupported", "Multiple data sources are not supported."},
    Row{"NumberFormatError",
        "An error occurred while parsing a number. This error can be caused by underflow or "
        "overflow of integers."},
    Row{"OverMaxRecordSize",
        "The length of a record in the input or result is greater than the maxCharsPerRecord limit "
        "of 1 MB."},
    Row{"ParquetParsingError",
        "An error occurred while parsing the Parquet file. Check the file and try again."},
    Row{"ParquetUnsupportedCompressionCodec",
        "The specified Parquet compression codec is not supported."},
    Row{"ParseAsteriskIsNotAloneInSelectList",
        "Other expressions are not allowed in the SELECT list when * is used without dot notation "
        "in the SQL expression."},
    Row{"ParseCastArity", "The SQL expression CAST has incorrect arity."},
    Row{"ParseEmptySelect", "The SQL expression contains an empty SELECT clause."},
    Row{"ParseExpectedArgumentDelimiter",
        "The expected argument delimiter in the SQL expression was not found."},
    Row{"ParseExpectedDatePart", "The expected date part in the SQL expression was not found."},
    Row{"ParseExpectedExpression", "The expected SQL expression was not found."},
    Row{"ParseExpectedIdentForAlias",
        "The expected identifier for the alias in the SQL expression was not found."},
    Row{"ParseExpectedIdentForAt",
        "The expected identifier for AT name in the SQL expression was not found."},
    Row{"ParseExpectedIdentForGroupName", "GROUP is not supported in the SQL expression."},
    Row{"ParseExpectedKeyword", "The expected keyword in the SQL expression was not found."},
    Row{"ParseExpectedLeftParenAfterCast",
        "The expected left parenthesis after CAST in the SQL expression was not found."},
    Row{"ParseExpectedLeftParenBuiltinFunctionCall",
        "The expected left parenthesis in the SQL expression was not found."},
    Row{"ParseExpectedNumber", "The expected number in the SQL expression was not found."},
    Row{"ParseExpectedRightParenBuiltinFunctionCall",
        "The expected right parenthesis character in the SQL expression was not found."},
    Row{"ParseExpectedTokenType", "The expected token in the SQL expression was not found."},
    Row{"ParseExpectedTypeName", "The expected type name in the SQL expression was not found."},
    Row{"ParseExpectedWhenClause",
        "The expected WHEN clause in the SQL expression was not found. CASE is not supported."},
    Row{"ParseInvalidContextForWildcardInSelectList",
        "The use of * in the SELECT list in the SQL expression is not valid."},
    Row{"ParseInvalidPathComponent",
        "The SQL expression contains a path component that is not valid."},
    Row{"ParseMalformedJoin", "JOIN is not supported in the SQL expression."},
    Row{"ParseNonUnaryAgregateFunctionCall",
        "Only one argument is supported for aggregate functions in the SQL expression."},
    Row{"ParseSelectMissingFrom",
        "The SQL expression contains a missing FROM after the SELECT list."},
    Row{"ParseUnExpectedKeyword", "The SQL expression contains an unexpected keyword."},
    Row{"ParseUnexpectedToken", "The SQL expression contains an unexpected token."},
    Row{"ParseUnknownOperator", "The SQL expression contains an operator that is not valid."},
    Row{"ParseUnsupportedCallWithStar",
        "Only COUNT with (*) as a parameter is supported in the SQL expression."},
    Row{"ParseUnsupportedSelect", "The SQL expression contains an unsupported use of SELECT."},
    Row{"ParseUnsupportedSyntax", "The SQL expression contains unsupported syntax."},
    Row{"TruncatedInput",
        "Object decompression failed. Check that the object is properly compressed using the "
        "format specified in the request."},
    Row{"UnsupportedFunction", "S3 encountered an unsupported SQL function."},
    Row{"UnsupportedParquetType", "The specified Parquet type is not supported."},
    Row{"UnsupportedSqlOperation", "S3 encountered an unsupported SQL operation."},
    Row{"UnsupportedSqlStructure",
        "S3 encountered an unsupported SQL structure. Check the SQL Reference."},
    Row{"ValueParseFailure", "A timestamp parse failure occurred in the SQL expression."},
};

std::string message_of(std::string_view code, std::string_view detail) {
  const auto found = std::ranges::find(words, code, &Row::first);
  MILLRACE_ASSERT(found != words.end());
  std::string message(found->second);
  if (!detail.empty()) message.append(" (").append(detail).append(")");
  return message;
}

}  // namespace

SelectError::SelectError(std::string_view code, std::string_view detail)
    : std::runtime_error(message_of(code, detail)), code_(code) {}

}  // namespace millrace::sql::select
