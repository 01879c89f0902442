#include "infer/encode.hpp"

#include "base/text.hpp"
#include "infer/python_number.hpp"
#include "table/recordio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace millrace::infer {
namespace {

using Outputs = std::span<const learn::Output>;

// In the order of Encoding.
constexpr std::array<std::string_view, 4> media_types = {
    "text/csv", "application/json", "application/jsonlines", "application/x-recordio-protobuf"};

void add_numbers(std::string& out, std::span<const float> row, std::string_view separator,
                 bool whole) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += separator;
    if (whole) {
      out += std::to_string(std::lround(row[i]));
    } else {
      add_python_number(out, row[i]);
    }
  }
}

std::string encode_csv(std::span<const float> numbers, Outputs outputs) {
  std::string out;
  while (!numbers.empty()) {
    for (const learn::Output& output : outputs) {
      if (&output != outputs.data()) out += ',';
      add_numbers(out, numbers.first(output.width), ",", output.whole);
      numbers = numbers.subspan(output.width);
    }
    out += '\n';
  }
  return out;
}

// {"score": 0.5} or {"score": [0.25, 0.75]}
void add_row(std::string& out, std::span<const float> row, Outputs outputs) {
  for (const learn::Output& output : outputs) {
    out += &output == outputs.data() ? "{\"" : ", \"";
    out.append(output.name).append(output.list ? "\": [" : "\": ");
    add_numbers(out, row.first(output.width), ", ", output.whole);
    if (output.list) out += "]";
    row = row.subspan(output.width);
  }
  out += "}";
}

std::string encode_json(std::span<const float> numbers, Outputs outputs, std::string_view name) {
  std::string out = "{\"" + std::string(name) + "\": [";
  const std::size_t width = learn::width_of(outputs);
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    if (at > 0) out += ", ";
    add_row(out, numbers.subspan(at, width), outputs);
  }
  return out + "]}";
}

std::string encode_jsonlines(std::span<const float> numbers, Outputs outputs) {
  std::string out;
  const std::size_t width = learn::width_of(outputs);
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    add_row(out, numbers.subspan(at, width), outputs);
    out += '\n';
  }
  return out;
}

std::string encode_recordio(std::span<const float> numbers, Outputs outputs) {
  std::vector<table::LabelColumn> columns;
  for (const learn::Output& output : outputs)
    columns.push_back({.key = output.name, .width = output.width});
  return table::write_recordio(numbers, columns);
}

}  // namespace

Encoding parse_accept(std::string_view accept, learn::Container container) {
  const std::string type = base::lower(base::trim(accept.substr(0, accept.find(';'))));
  if (type.empty() || type == "*/*")
    return container == learn::Container::toolkit ? Encoding::csv : Encoding::json;
  for (std::size_t i = 0; i < media_types.size(); ++i) {
    if (type == media_types[i]) return static_cast<Encoding>(i);
  }
  throw AcceptError("Accept type " + std::string(base::trim(accept.substr(0, accept.find(';')))) +
                    " is not supported. Please use supported accept types: ['application/json', "
                    "'application/jsonlines', 'application/x-recordio-protobuf', 'text/csv'].");
}

bool asks_for_verbose(std::string_view accept) {
  const std::string lowered = base::lower(accept);
  const auto pieces = base::split(lowered, ';');
  return std::any_of(pieces.begin() + 1, pieces.end(), [](std::string_view piece) {
    const std::size_t equals = piece.find('=');
    return equals != std::string_view::npos && base::trim(piece.substr(0, equals)) == "verbose" &&
           base::trim(piece.substr(equals + 1)) == "true";
  });
}

std::string_view media_type(Encoding encoding) {
  return media_types[static_cast<std::size_t>(encoding)];
}

std::string encode(Encoding encoding, std::span<const float> numbers, const learn::Model& model) {
  const std::vector<learn::Output> outputs = model.outputs();
  switch (encoding) {
    case Encoding::csv:
      return encode_csv(numbers, outputs);
    case Encoding::json:
      return encode_json(numbers, outputs, model.list_name());
    case Encoding::jsonlines:
      return encode_jsonlines(numbers, outputs);
    case Encoding::recordio:
      return encode_recordio(numbers, outputs);
  }
  return {};
}

}  // namespace millrace::infer
