#include "table/recordio.hpp"

#include "table/gathered.hpp"
#include "table/in_order.hpp"
#include "table/protobuf.hpp"
#include "table/recordio_frames.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <vector>

namespace millrace::table {
namespace {

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
  std::string_view packed;  // the bytes of `values`, where they stand together as they are

  void clear() {
    packed = {};
    values.clear();
    keys.clear();
    shape.clear();
    present = false;
  }
};

template <class Stored>
void read_fixed(const protobuf::Field& field, std::vector<float>& values) {
  if (field.bytes.size() % sizeof(Stored) != 0) throw DataError("a tensor's values are cut off");
  const std::size_t before = values.size();
  const std::size_t count = field.bytes.size() / sizeof(Stored);
  values.resize(before + count);
  if constexpr (std::is_same_v<Stored, float>) {
    if (count > 0) std::memcpy(values.data() + before, field.bytes.data(), field.bytes.size());
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      Stored stored;
      std::memcpy(&stored, field.bytes.data() + i * sizeof stored, sizeof stored);
      values[before + i] = static_cast<float>(stored);
    }
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

void read_tensor(std::string_view bytes, std::uint32_t type, Tensor& tensor) {
  tensor.clear();
  tensor.present = true;
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == values_field) {
      const bool is_whole = type == float32_tensor && tensor.values.empty();
      tensor.packed = is_whole ? field->bytes : std::string_view();
      read_values(*field, type, tensor.values);
    }
    if (field->id == keys_field) read_varints(*field, tensor.keys);
    if (field->id == shape_field) read_varints(*field, tensor.shape);
  }
}

void read_value(std::string_view bytes, Tensor& tensor) {
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == bytes_value) throw DataError("a feature holds bytes instead of a tensor");
    if (field->id == float32_tensor || field->id == float64_tensor || field->id == int32_tensor) {
      return read_tensor(field->bytes, field->id, tensor);
    }
  }
  tensor.clear();
}

// The entry of a map under the key "values"; other entries are ignored, as AWS's reader does.
void read_entry(std::string_view bytes, Tensor& tensor) {
  std::string_view key;
  std::string_view value;
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == key_field) key = field->bytes;
    if (field->id == value_field) value = field->bytes;
  }
  if (key == "values") read_value(value, tensor);
}

struct Record {
  Tensor features;
  Tensor label;
};

void read_record(std::string_view bytes, Record& record) {
  record.features.clear();
  record.label.clear();
  while (const auto field = protobuf::next_field(bytes)) {
    if (field->id == features_field) read_entry(field->bytes, record.features);
    if (field->id == label_field) read_entry(field->bytes, record.label);
  }
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

constexpr const char* other_shape =
    "its rows are not of the same shape as those of the files before it";

std::string wrong_width(std::size_t expected, std::size_t found) {
  return "expected " + std::to_string(expected) + " features, found " + std::to_string(found);
}

void add_dense(Matrix& rows, const Tensor& tensor) {
  if (rows.rows > 0 && rows.columns != tensor.values.size()) {
    throw DataError(wrong_width(rows.columns, tensor.values.size()));
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

std::string at_record(std::size_t number, const std::string& why) {
  return "record " + std::to_string(number + 1) + ": " + why;
}

void append_floats(std::vector<float>& all, const char* packed, std::size_t bytes) {
  if (bytes == 0) return;
  const std::size_t before = all.size();
  all.resize(before + bytes / sizeof(float));
  std::memcpy(all.data() + before, packed, bytes);
}

// A record that was read and added, and where its numbers stand in it: most files' records differ
// in these alone, and need not be taken apart again.
struct Pattern {
  std::string_view record;
  std::size_t features = 0;  // where they begin
  std::size_t features_bytes = 0;
  std::size_t label = 0;  // behind the features; the end where there is none
  std::size_t label_bytes = 0;
};

// Nothing of a record that has more than 32-bit floats, features first.
std::optional<Pattern> pattern_of(std::string_view bytes, const Record& record) {
  const Tensor& features = record.features;
  const Tensor& label = record.label;
  if (features.packed.empty() || !features.keys.empty()) return {};
  if (label.present && label.packed.empty()) return {};
  Pattern pattern{.record = bytes,
                  .features = static_cast<std::size_t>(features.packed.data() - bytes.data()),
                  .features_bytes = features.packed.size(),
                  .label = bytes.size(),
                  .label_bytes = label.packed.size()};
  if (label.present) pattern.label = static_cast<std::size_t>(label.packed.data() - bytes.data());
  if (pattern.label < pattern.features + pattern.features_bytes) return {};
  return pattern;
}

bool fits(const Pattern& pattern, std::string_view bytes) {
  if (bytes.size() != pattern.record.size()) return false;
  const auto same = [&](std::size_t from, std::size_t to) {
    return std::memcmp(bytes.data() + from, pattern.record.data() + from, to - from) == 0;
  };
  return same(0, pattern.features) &&
         same(pattern.features + pattern.features_bytes, pattern.label) &&
         same(pattern.label + pattern.label_bytes, bytes.size());
}

// Records behind one another, of which each but the first is read by the pattern of the one before
// it where it fits.
class Records {
 public:
  void begin() { pattern_.reset(); }

  void add(std::string_view bytes, Dataset& rows) {
    if (pattern_ && fits(*pattern_, bytes)) {
      const Pattern& pattern = *pattern_;
      append_floats(rows.features.values, bytes.data() + pattern.features, pattern.features_bytes);
      append_floats(rows.labels, bytes.data() + pattern.label, pattern.label_bytes);
      ++rows.features.rows;
      return;
    }
    read_record(bytes, record_);
    add_record(rows, record_);
    pattern_ = pattern_of(bytes, record_);
  }

 private:
  Record record_;
  std::optional<Pattern> pattern_;
};

// What one thread has in hand: frames, the rows that they are, and what is wrong with the record
// behind these.
struct Bench {
  FrameBlock block;
  Records records;
  Dataset rows;
  std::optional<std::string> failure;
};

void parse_block(Bench& bench) {
  clear(bench.rows);
  bench.failure.reset();
  bench.records.begin();
  std::string_view rest = bench.block.frames();
  try {
    while (!rest.empty()) bench.records.add(next_frame(rest), bench.rows);
  } catch (const DataError& error) {
    bench.failure = error.what();
  }
}

// Why the rows cannot stand behind those before them, which are of the same file or of others.
std::optional<std::string> misfit(const Dataset& before, const Dataset& next, bool same_file) {
  if (before.features.rows == 0 || next.features.rows == 0) return {};
  const bool sparse = next.features.sparse;
  if (sparse != before.features.sparse)
    return same_file ? "dense and sparse records are mixed" : other_shape;
  if (!sparse && next.features.columns != before.features.columns)
    return same_file ? wrong_width(before.features.columns, next.features.columns) : other_shape;
  if (next.labels.empty() != before.labels.empty())
    return same_file ? "records with and without a label are mixed"
                     : "files with and without labels are mixed";
  return {};
}

void join_block(const Bench& bench, Gathered& all) {
  const FrameBlock& block = bench.block;
  if (const auto why = misfit(all.rows(), bench.rows, block.first > 0)) {
    if (block.first == 0) throw DataError(block.input->name + ", " + *why);
    throw DataError(block.input->name + ", " + at_record(block.first, *why));
  }
  if (bench.failure)
    throw DataError(block.input->name + ", " +
                    at_record(block.first + bench.rows.features.rows, *bench.failure));
  all.append(bench.rows, block.frames().size());
}

}  // namespace

Dataset parse_recordio(std::string_view bytes) {
  Dataset rows;
  Records records;
  try {
    while (!bytes.empty()) records.add(next_frame(bytes), rows);
  } catch (const DataError& error) {
    throw DataError(at_record(rows.features.rows, error.what()));
  }
  return rows;
}

Dataset read_recordio(std::span<const Input> inputs, int threads, std::size_t block_bytes) {
  FrameReader reader(inputs, block_bytes);
  Gathered all(total_bytes(inputs));
  std::vector<Bench> benches(static_cast<std::size_t>(std::max(threads, 1)));
  run_in_order(benches.size(),
               {.take = [&](std::size_t worker) { return reader.next(benches[worker].block); },
                .work = [&](std::size_t worker) { parse_block(benches[worker]); },
                .join = [&](std::size_t worker) { join_block(benches[worker], all); }});
  return all.take();
}

Dataset read_unframed_records(std::span<const Input> inputs) {
  Dataset rows;
  Record record;
  for (const Input& input : inputs) {
    try {
      const std::string bytes = base::read_all(*input.source);
      read_record(bytes, record);
      add_record(rows, record);
    } catch (const DataError& error) {
      throw DataError(input.name + ": " + error.what());
    }
  }
  return rows;
}

std::string write_recordio(std::span<const float> numbers, std::span<const LabelColumn> columns) {
  std::string out;
  while (!numbers.empty()) {
    std::string record;
    for (const LabelColumn& column : columns) {
      record += protobuf::bytes_field(label_field, entry(column.key, numbers.first(column.width)));
      numbers = numbers.subspan(column.width);
    }
    const std::uint32_t head[2] = {frame_magic, static_cast<std::uint32_t>(record.size())};
    out.append(reinterpret_cast<const char*>(head), sizeof head);
    out += record;
    out.append((4 - record.size() % 4) % 4, '\0');
  }
  return out;
}

}  // namespace millrace::table
