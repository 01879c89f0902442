// Files of faiss, in which a trained k-NN keeps its index.
#include "learn/knn/faiss_file.hpp"

#include "base/assert.hpp"
#include "fuzz.hpp"
#include "learn/knn/flat_index.hpp"
#include "learn/knn/inverted_index.hpp"
#include "learn/model.hpp"

#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::fuzz {

namespace {

using learn::knn::FaissFlat;
using learn::knn::FlatIndex;
using learn::knn::Index;
using learn::knn::InvertedIndex;
using learn::knn::InvertedLists;
using learn::knn::Neighbor;
using learn::knn::RangeError;
using learn::knn::read_faiss;
using learn::knn::write_faiss;

// Of which a search is quick enough for a fuzzer.
constexpr std::size_t searched_numbers = 100'000;

std::size_t points_of(const FaissFlat& index) { return index.points.size() / index.columns; }
std::size_t points_of(const InvertedLists& index) { return index.numbers.size(); }

std::unique_ptr<Index> searched(FaissFlat index) {
  return std::make_unique<FlatIndex>(learn::Rows{index.points, points_of(index), index.columns},
                                     index.metric, learn::kernels());
}

std::unique_ptr<Index> searched(InvertedLists index) {
  return std::make_unique<InvertedIndex>(std::move(index), learn::kernels());
}

void write(std::ostream& out, const FaissFlat& index) {
  write_faiss(out, index.metric, index.columns, index.points);
}
void write(std::ostream& out, const InvertedLists& index) { write_faiss(out, index); }

std::string written(const auto& index) {
  std::ostringstream out;
  write(out, index);
  return std::move(out).str();
}

// What was read can be written, and be asked for all of its points.
void use(const auto& index) {
  MILLRACE_ASSERT(index.columns > 0);
  const std::string bytes = written(index);
  MILLRACE_ASSERT(bytes ==
                  std::visit([](const auto& again) { return written(again); }, read_faiss(bytes)));
  const std::size_t count = points_of(index);
  if (count * index.columns > searched_numbers) return;
  const std::vector<float> row(index.columns, 0.5F);
  std::vector<Neighbor> found(count);
  searched(index)->search({row, 1, index.columns}, count, found);
  std::vector<bool> seen(count);
  for (const Neighbor& neighbor : found) {
    MILLRACE_ASSERT(neighbor.point < count && !seen[neighbor.point]);
    seen[neighbor.point] = true;
  }
}

}  // namespace

void run(std::string_view input) {
  try {
    std::visit([](const auto& index) { use(index); }, read_faiss(input));
  } catch (const learn::ModelError&) {
  } catch (const RangeError&) {
  }
}

}  // namespace millrace::fuzz
