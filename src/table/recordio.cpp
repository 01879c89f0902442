#include "table/recordio.hpp"

#include "table/protobuf.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace millrace::table {
namespace {

constexpr std::uint32_t magic = 0xced7230a;

// Field numbers of AWS's aialgs.data schema.
enum RecordField : std::uint32_t { features_field = 1, label_field = 2 };
enum MapField : std::uint32_t { key_field = 1, value_field = 2 };
enum ValueField : std::uint32_t {
  float32_tensor = 2,
  float64_tensor = 3,
  int32_tensor = 7,
  bytes_value = 9
};
enum TensorField : std::uint32_t { values_field = 1, keys_field = 2, shape_field = 3 };

struct Tensor {
  std::vector<float> values;
  std::vector<std::uint64_t> keys;
  std::vector<std::uint64_t> shape;
  bool present = false;
};

template <class Stored>
void read_fixed(const protobuf::Field& field, std::vector<float>& values) {
  if (field.bytes.size() % sizeof(Stored) != 0) throw DataError("a tensor's values are cut off");
  for (std::size_t at = 0; at < field.bytes.size(); at += sizeof(Stored)) {
    Stored stored;
    std::memcpy(&stored, field.bytes.data() + at, sizeof stored);
    values.push_back(static_cast<float>(stored));
  }
}

void read_varints(const protobuf::Field& field, std::vector<std::uint64_t>& numbers) {
  if (field.kind == protobuf::Kind::varint) {
    numbers.push_back(field.number);
    return;
  }
  std::string_view rest = field.bytes;
  while (!rest.empty()) numbers.push_back(protobuf::read_varint(rest));
}

void read_values(const protobuf::Field& field, std::uint32_t type, std::vector<float>& values) {
  if (type == float32_tensor) return read_fixed<float>(field, values);
  if (type == float64_tensor) return read_fixed<double>(field, values);
  std::vector<std::uint64_t> numbers;
  read_varints(field, numbers);
  for (const std::uint64_t number : numbers)
    values.push_back(static_cast<float>(static_cast<std::int32_t>(number)));
}

Tensor read_tensor(std::string_view bytes, std::uint32_t type) {
  Tensor tensor{.present = true};
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == values_field) read_values(*field, type, tensor.values);
    if (field->id == keys_field) read_varints(*field, tensor.keys);
    if (field->id == shape_field) read_varints(*field, tensor.shape);
  }
  return tensor;
}

Tensor read_value(std::string_view bytes) {
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == bytes_value) throw DataError("a feature holds bytes instead of a tensor");
    if (field->id == float32_tensor || field->id == float64_tensor || field->id == int32_tensor) {
      return read_tensor(field->bytes, field->id);
    }
  }
  return {};
}

// The entry of a map under the key "values"; other entries are ignored, as AWS's reader does.
std::optional<Tensor> read_entry(std::string_view bytes) {
  std::string_view key;
  std::string_view value;
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == key_field) key = field->bytes;
    if (field->id == value_field) value = field->bytes;
  }
  if (key != "values") return {};
  return read_value(value);
}

struct Record {
  Tensor features;
  Tensor label;
};

Record read_record(std::string_view bytes) {
  Record record;
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id != features_field && field->id != label_field) continue;
    if (auto tensor = read_entry(field->bytes)) {
      (field->id == features_field ? record.features : record.label) = std::move(*tensor);
    }
  }
  return record;
}

std::uint32_t read_word(std::string_view bytes) {
  std::uint32_t word;
  std::memcpy(&word, bytes.data(), sizeof word);
  return word;
}

std::string_view next_frame(std::string_view& bytes) {
  if (bytes.size() < 8) throw DataError("a frame is cut off");
  if (read_word(bytes) != magic)
    throw DataError("a frame does not begin with the magic number of RecordIO");
  const std::size_t length = read_word(bytes.substr(4));
  const std::size_t padded = (length + 3) / 4 * 4;
  if (padded > bytes.size() - 8) throw DataError("a frame is cut off");
  const std::string_view frame = bytes.substr(8, length);
  bytes.remove_prefix(8 + padded);
  return frame;
}

bool is_sparse(const Tensor& tensor) { return !tensor.keys.empty() || tensor.values.empty(); }

// A sparse row's width: the shape's last element where it is given.
std::size_t width_of(const Tensor& tensor) {
  if (!tensor.shape.empty()) return tensor.shape.back();
  return tensor.keys.empty() ? 0 : *std::ranges::max_element(tensor.keys) + 1;
}

void add_sparse(Matrix& rows, const Tensor& tensor) {
  if (tensor.keys.size() != tensor.values.size())
    throw DataError("keys and values differ in number");
  const std::size_t width = width_of(tensor);
  if (width > column_limit) throw DataError("a row is too wide");
  for (const std::uint64_t key : tensor.keys) {
    if (key >= width)
      throw DataError("the key " + std::to_string(key) + " is outside the tensor's shape");
    rows.indices.push_back(static_cast<std::uint32_t>(key));
  }
  rows.columns = std::max(rows.columns, width);
  rows.values.insert(rows.values.end(), tensor.values.begin(), tensor.values.end());
  rows.offsets.push_back(rows.values.size());
}

void add_dense(Matrix& rows, const Tensor& tensor) {
  if (rows.rows > 0 && rows.columns != tensor.values.size()) {
    throw DataError("expected " + std::to_string(rows.columns) + " features, found " +
                    std::to_string(tensor.values.size()));
  }
  rows.columns = tensor.values.size();
  rows.values.insert(rows.values.end(), tensor.values.begin(), tensor.values.end());
}

// One number for every row, or none for all.
void add_label(Dataset& rows, const std::vector<float>& label) {
  if (label.size() > 1)
    throw DataError("a label holds " + std::to_string(label.size()) + " numbers instead of one");
  if (rows.features.rows > 0 && label.empty() != rows.labels.empty())
    throw DataError("records with and without a label are mixed");
  rows.labels.insert(rows.labels.end(), label.begin(), label.end());
}

void add_record(Dataset& rows, const Record& record) {
  if (!record.features.present) throw DataError("there are no features named 'values'");
  const bool sparse = is_sparse(record.features);
  if (rows.features.rows == 0) {
    rows.features.sparse = sparse;
    if (sparse) rows.features.offsets.push_back(0);
  }
  if (rows.features.sparse != sparse) throw DataError("dense and sparse records are mixed");
  if (sparse)
    add_sparse(rows.features, record.features);
  else
    add_dense(rows.features, record.features);
  add_label(rows, record.label.values);
  ++rows.features.rows;
}

std::string entry(std::string_view key, std::span<const float> numbers) {
  const std::string_view packed(reinterpret_cast<const char*>(numbers.data()),
                                numbers.size_bytes());
  const std::string tensor = protobuf::bytes_field(values_field, packed);
  return protobuf::bytes_field(key_field, key) +
         protobuf::bytes_field(value_field, protobuf::bytes_field(float32_tensor, tensor));
}

}  // namespace

Dataset parse_recordio(std::string_view bytes) {
  Dataset rows;
  std::size_t number = 0;
  try {
    for (; !bytes.empty(); ++number) add_record(rows, read_record(next_frame(bytes)));
  } catch (const DataError& error) {
    throw DataError("record " + std::to_string(number + 1) + ": " + error.what());
  }
  return rows;
}

Dataset read_recordio(std::span<const Input> inputs) {
  Dataset all;
  for (const Input& input : inputs) {
    try {
      Dataset rows = parse_recordio(base::read_all(*input.source));
      if (rows.features.rows > 0 && all.features.rows > 0 &&
          (rows.features.sparse != all.features.sparse ||
           (!rows.features.sparse && rows.features.columns != all.features.columns))) {
        throw DataError("its rows are not of the same shape as those of the files before it");
      }
      if (rows.features.rows > 0 && all.features.rows > 0 &&
          rows.labels.empty() != all.labels.empty())
        throw DataError("files with and without labels are mixed");
      append(all, std::move(rows));
    } catch (const DataError& error) {
      throw DataError(input.name + ", " + error.what());
    }
  }
  return all;
}

std::string write_recordio(std::span<const float> numbers, std::span<const LabelColumn> columns) {
  std::string out;
  while (!numbers.empty()) {
    std::string record;
    for (const LabelColumn& column : columns) {
      record += protobuf::bytes_field(label_field, entry(column.key, numbers.first(column.width)));
      numbers = numbers.subspan(column.width);
    }
    const std::uint32_t head[2] = {magic, static_cast<std::uint32_t>(record.size())};
    out.append(reinterpret_cast<const char*>(head), sizeof head);
    out += record;
    out.append((4 - record.size() % 4) % 4, '\0');
  }
  return out;
}

}  // namespace millrace::table
