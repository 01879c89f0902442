#include "infer/decode.hpp"

#include "base/text.hpp"
#include "infer/json_rows.hpp"
#include "table/csv.hpp"
#include "table/format.hpp"
#include "table/libsvm.hpp"
#include "table/recordio.hpp"

#include <string>

namespace millrace::infer {
namespace {

using table::Matrix;

[[noreturn]] void fail(std::string_view format, const table::DataError& error) {
  const std::string name(format);
  throw DecodeError("Loading " + name + " data failed with Exception, please ensure data is in " +
                    name + " format:\n <class 'ValueError'>\n " + error.what());
}

template <class Parse>
Matrix parse_as(std::string_view format, Parse parse) {
  try {
    return parse();
  } catch (const table::DataError& error) {
    fail(format, error);
  }
}

Matrix decode_table(std::string_view content_type, std::string_view body) {
  switch (table::parse_content_type(content_type)) {
    case table::Format::csv:
      return parse_as("csv", [&] { return table::parse_csv(base::trim(body)); });
    case table::Format::libsvm:
      return parse_as("libsvm", [&] { return table::parse_libsvm(base::trim(body)); });
    case table::Format::recordio:
      return parse_as("recordio-protobuf", [&] { return table::parse_recordio(body).features; });
    case table::Format::parquet:
      break;
  }
  throw DecodeError("Content-type " + std::string(content_type) + " is not supported.");
}

}  // namespace

Matrix decode(std::string_view content_type, std::string_view body, learn::Container container) {
  const std::string type = base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
  if (type == "application/json") return parse_as("json", [&] { return parse_json_rows(body); });
  if (type == "application/jsonlines")
    return parse_as("jsonlines", [&] { return parse_json_lines(body); });
  try {
    return decode_table(container == learn::Container::toolkit ? content_type : type, body);
  } catch (const table::DataError& error) {
    throw DecodeError(error.what());
  }
}

}  // namespace millrace::infer
