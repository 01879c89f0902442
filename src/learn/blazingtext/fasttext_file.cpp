#include "learn/blazingtext/fasttext_file.hpp"

#include "learn/algorithm.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <type_traits>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::int32_t magic = 793712314;
constexpr std::int32_t version = 12;
constexpr std::int32_t version_without_parts = 11;  // whose classifiers ignored parts of words
constexpr std::int32_t rate_updates = 100;          // fastText's default; of no effect here
constexpr std::int64_t not_pruned = -1;
constexpr std::size_t entry_bound = std::size_t{1} << 31;
constexpr std::size_t column_bound = std::size_t{1} << 20;

// Numbers stand in the machine's order, which is the format's on all machines that we run on.
class Writer {
 public:
  explicit Writer(const std::filesystem::path& path)
      : path_(path), file_(path, std::ios::binary | std::ios::trunc) {}

  template <class Number>
  void number(Number value) {
    static_assert(std::is_arithmetic_v<Number>);
    bytes(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void count(std::size_t value) { number(static_cast<std::int32_t>(value)); }
  void text(const std::string& value) { bytes(value.c_str(), value.size() + 1); }

  void weights(const Weights& weights) {
    number<std::uint8_t>(0);  // not quantised
    number(static_cast<std::int64_t>(weights.rows()));
    number(static_cast<std::int64_t>(weights.columns()));
    const std::size_t row_bytes = weights.columns() * sizeof(float);
    std::size_t skipped = 0;
    for (std::size_t row = 0; row < weights.rows(); ++row) {
      if (weights.is_zero(row) && row + 1 < weights.rows()) {
        skipped += row_bytes;
        continue;
      }
      if (skipped > 0) file_.seekp(static_cast<std::streamoff>(skipped), std::ios::cur);
      skipped = 0;
      bytes(reinterpret_cast<const char*>(weights.row(row)), row_bytes);
    }
  }

  void close() {
    file_.close();
    if (!file_) throw AlgorithmError("the model could not be written to " + path_.string());
  }

 private:
  void bytes(const char* from, std::size_t size) {
    file_.write(from, static_cast<std::streamsize>(size));
  }

  std::filesystem::path path_;
  std::ofstream file_;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : name_(path.filename().string()), file_(path, std::ios::binary) {
    if (!file_) fail("cannot be read");
    left_ = std::filesystem::file_size(path);
  }

  [[noreturn]] void fail(const std::string& why) const { throw ModelError(name_ + ": " + why); }

  template <class Number>
  Number number() {
    Number value{};
    bytes(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }

  template <class Number = std::int32_t>
  std::size_t count(std::size_t most) {
    const auto value = number<Number>();
    if (value < 0 || static_cast<std::uint64_t>(value) > most) fail("it is damaged");
    return static_cast<std::size_t>(value);
  }

  std::string text() {
    std::string value;
    std::getline(file_, value, '\0');
    if (!file_ || value.size() >= left_) fail("it ends too early");
    left_ -= value.size() + 1;
    return value;
  }

  Weights weights() {
    if (number<std::uint8_t>() != 0) fail("quantised models are not supported");
    const auto rows = count<std::int64_t>(entry_bound);
    const auto columns = count<std::int64_t>(column_bound);
    if (columns == 0) fail("it is damaged");
    if (rows > left_ / (columns * sizeof(float))) fail("it ends too early");
    Weights read(rows, columns);
    std::vector<float> values(columns);
    for (std::size_t row = 0; row < rows; ++row) {
      bytes(reinterpret_cast<char*>(values.data()), columns * sizeof(float));
      const bool zero = std::ranges::all_of(values, [](float value) { return value == 0; });
      if (!zero) std::ranges::copy(values, read.row(row));
    }
    return read;
  }

 private:
  void bytes(char* to, std::size_t size) {
    file_.read(to, static_cast<std::streamsize>(size));
    if (!file_) fail("it ends too early");
    left_ -= size;
  }

  std::string name_;
  std::ifstream file_;
  std::uint64_t left_ = 0;
};

void write_recipe(Writer& out, const FastTextModel& model) {
  const Recipe& recipe = model.recipe;
  out.count(model.inputs.columns());
  out.count(recipe.window);
  out.count(recipe.epochs);
  out.count(recipe.least_count);
  out.count(recipe.negatives);
  out.count(recipe.ngrams.words);
  out.number(static_cast<std::int32_t>(recipe.loss));
  out.number(static_cast<std::int32_t>(recipe.task));
  out.count(recipe.ngrams.buckets);
  out.count(recipe.ngrams.least_characters);
  out.count(recipe.ngrams.most_characters);
  out.number(rate_updates);
  out.number(recipe.threshold);
}

Recipe read_recipe(Reader& in, std::int32_t written_version) {
  Recipe recipe;
  in.count(column_bound);  // the columns, which the matrices say too
  recipe.window = in.count(entry_bound);
  recipe.epochs = in.count(entry_bound);
  recipe.least_count = in.count(entry_bound);
  recipe.negatives = in.count(entry_bound);
  recipe.ngrams.words = in.count(entry_bound);
  recipe.loss = static_cast<Loss>(in.number<std::int32_t>());
  recipe.task = static_cast<Task>(in.number<std::int32_t>());
  recipe.ngrams.buckets = in.count(entry_bound);
  recipe.ngrams.least_characters = in.count(entry_bound);
  recipe.ngrams.most_characters = in.count(entry_bound);
  in.number<std::int32_t>();  // how often the rate is updated
  recipe.threshold = in.number<double>();
  if (written_version == version_without_parts && recipe.task == Task::classification)
    recipe.ngrams.most_characters = 0;
  return recipe;
}

void write_vocabulary(Writer& out, const Vocabulary& vocabulary) {
  out.count(vocabulary.words.size() + vocabulary.labels.size());
  out.count(vocabulary.words.size());
  out.count(vocabulary.labels.size());
  out.number(static_cast<std::int64_t>(vocabulary.tokens));
  out.number(not_pruned);
  const auto write = [&](const std::vector<Entry>& entries, std::int8_t kind) {
    for (const Entry& entry : entries) {
      out.text(entry.text);
      out.number(static_cast<std::int64_t>(entry.count));
      out.number(kind);
    }
  };
  write(vocabulary.words, 0);
  write(vocabulary.labels, 1);
}

Vocabulary read_vocabulary(Reader& in) {
  Vocabulary vocabulary;
  const std::size_t entries = in.count(entry_bound);
  in.count(entry_bound);  // how many are words
  in.count(entry_bound);  // and how many labels, which each entry says too
  vocabulary.tokens = in.number<std::uint64_t>();
  if (in.number<std::int64_t>() > 0) in.fail("pruned models are not supported");
  for (std::size_t i = 0; i < entries; ++i) {
    Entry entry{.text = in.text(), .count = in.number<std::uint64_t>()};
    const bool is_label = in.number<std::int8_t>() != 0;
    (is_label ? vocabulary.labels : vocabulary.words).push_back(std::move(entry));
  }
  return vocabulary;
}

void check(const Reader& in, const FastTextModel& model) {
  const Recipe& recipe = model.recipe;
  const bool classifies = recipe.task == Task::classification;
  if (recipe.task < Task::cbow || recipe.task > Task::classification) in.fail("it is damaged");
  if (recipe.loss < Loss::tree || recipe.loss > Loss::one_for_each) in.fail("it is damaged");
  if (classifies && recipe.loss == Loss::tree)
    in.fail("classifiers trained with hierarchical softmax are not supported");
  const std::size_t words = model.vocabulary.words.size();
  const std::size_t outputs = classifies ? model.vocabulary.labels.size() : words;
  const bool fits = model.inputs.rows() == words + recipe.ngrams.buckets &&
                    model.outputs.rows() >= outputs &&
                    model.inputs.columns() == model.outputs.columns();
  if (!fits) in.fail("its matrices do not fit its words");
}

}  // namespace

void write_fasttext(const std::filesystem::path& path, const FastTextModel& model) {
  Writer out(path);
  out.number(magic);
  out.number(version);
  write_recipe(out, model);
  write_vocabulary(out, model.vocabulary);
  out.weights(model.inputs);
  out.weights(model.outputs);
  out.close();
}

FastTextModel read_fasttext(const std::filesystem::path& path) {
  Reader in(path);
  if (in.number<std::int32_t>() != magic) in.fail("it is no model of fastText's");
  const auto written_version = in.number<std::int32_t>();
  if (written_version < version_without_parts || written_version > version)
    in.fail("its version " + std::to_string(written_version) + " is not supported");
  FastTextModel model;
  model.recipe = read_recipe(in, written_version);
  model.vocabulary = read_vocabulary(in);
  model.inputs = in.weights();
  model.outputs = in.weights();
  check(in, model);
  return model;
}

}  // namespace millrace::learn::blazingtext
