#include "infer/field_rows.hpp"

#include "base/text.hpp"
#include "infer/json_rows.hpp"
#include "table/text_fields.hpp"

#include <string>
#include <vector>

namespace millrace::infer {
namespace {

using Fields = std::vector<std::string>;

std::vector<Fields> parse_lines(std::string_view text) {
  std::vector<Fields> rows;
  for (const std::string_view line : base::split(text, '\n')) {
    if (base::trim(line).empty()) continue;
    auto fields = table::parse_fields(base::trim(line));
    if (!fields) throw table::DataError("a double quote is not closed");
    rows.push_back(std::move(*fields));
  }
  return rows;
}

std::vector<Fields> parse(const std::string& type, std::string_view body) {
  if (type == "text/csv") return parse_lines(body);
  if (type == "application/json") return parse_json_fields(body);
  if (type == "application/jsonlines") return parse_json_line_fields(body);
  throw DecodeError("Content-type " + type +
                    " is not supported. Please use supported content types: ['application/json', "
                    "'application/jsonlines', 'text/csv'].");
}

void append(const learn::FieldReader& reader, const Fields& fields, table::Matrix& rows) {
  try {
    reader.append(fields, rows);
  } catch (const learn::PredictionError& error) {
    throw learn::PredictionError("row " + std::to_string(rows.rows + 1) + ": " + error.what());
  }
}

}  // namespace

table::Matrix decode_fields(std::string_view content_type, std::string_view body,
                            const learn::FieldReader& reader) {
  const std::string type = base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
  table::Matrix rows;
  try {
    for (const Fields& fields : parse(type, body)) append(reader, fields, rows);
  } catch (const table::DataError& error) {
    throw DecodeError("Loading " + type +
                      " data failed with Exception, please ensure data is in that format:\n <class "
                      "'ValueError'>\n " +
                      error.what());
  }
  return rows;
}

}  // namespace millrace::infer
