#include "infer/encode.hpp"

#include "base/text.hpp"
#include "infer/python_number.hpp"
#include "table/recordio.hpp"

#include <array>

namespace millrace::infer {
namespace {

// In the order of Encoding.
constexpr std::array<std::string_view, 4> media_types = {
    "text/csv", "application/json", "application/jsonlines", "application/x-recordio-protobuf"};

void add_numbers(std::string& out, std::span<const float> row, std::string_view separator) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += separator;
    add_python_number(out, row[i]);
  }
}

std::string encode_csv(std::span<const float> numbers, std::size_t width) {
  std::string out;
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    add_numbers(out, numbers.subspan(at, width), ",");
    out += '\n';
  }
  return out;
}

// {"score": 0.5} or {"score": [0.25, 0.75]}
void add_score(std::string& out, std::span<const float> row) {
  out += row.size() > 1 ? R"({"score": [)" : R"({"score": )";
  add_numbers(out, row, ", ");
  out += row.size() > 1 ? "]}" : "}";
}

std::string encode_json(std::span<const float> numbers, std::size_t width) {
  std::string out = R"({"predictions": [)";
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    if (at > 0) out += ", ";
    add_score(out, numbers.subspan(at, width));
  }
  return out + "]}";
}

std::string encode_jsonlines(std::span<const float> numbers, std::size_t width) {
  std::string out;
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    add_score(out, numbers.subspan(at, width));
    out += '\n';
  }
  return out;
}

}  // namespace

Encoding parse_accept(std::string_view accept) {
  const std::string type = base::lower(base::trim(accept.substr(0, accept.find(';'))));
  if (type.empty() || type == "*/*") return Encoding::csv;
  for (std::size_t i = 0; i < media_types.size(); ++i) {
    if (type == media_types[i]) return static_cast<Encoding>(i);
  }
  throw AcceptError("Accept type " + std::string(base::trim(accept.substr(0, accept.find(';')))) +
                    " is not supported. Please use supported accept types: ['application/json', "
                    "'application/jsonlines', 'application/x-recordio-protobuf', 'text/csv'].");
}

std::string_view media_type(Encoding encoding) {
  return media_types[static_cast<std::size_t>(encoding)];
}

std::string encode(Encoding encoding, std::span<const float> numbers, std::size_t width) {
  switch (encoding) {
    case Encoding::csv:
      return encode_csv(numbers, width);
    case Encoding::json:
      return encode_json(numbers, width);
    case Encoding::jsonlines:
      return encode_jsonlines(numbers, width);
    case Encoding::recordio:
      return table::write_recordio(numbers, width, "score");
  }
  return {};
}

}  // namespace millrace::infer
