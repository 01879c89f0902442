#include "learn/knn/inverted_index.hpp"

#include "learn/knn/candidates.hpp"

#include <algorithm>
#include <utility>

namespace millrace::learn::knn {
namespace {

// Rows that are searched at a time: so many that the kernels' blocks fill with those of one list.
constexpr std::size_t batch_rows = 4096;

}  // namespace

// Rows, what the first of them is called, how many neighbors of each are asked for, in how many
// lists.
struct InvertedIndex::Ask {
  Rows rows;
  std::size_t first_number;
  std::size_t k;
  std::size_t probes;
};

struct InvertedIndex::Batch {
  Batch(const Ask& ask, std::size_t kept, std::size_t most_added)
      : count(ask.rows.count),
        columns(ask.rows.columns),
        probes(ask.probes),
        rows(ask.rows.values.begin(), ask.rows.values.end()),
        lists(count * probes),
        candidates(count, kept, most_added) {}

  [[nodiscard]] std::span<float> row(std::size_t number) {
    return std::span(rows).subspan(number * columns, columns);
  }

  std::size_t count;
  std::size_t columns;
  std::size_t probes;
  std::vector<float> rows;
  std::vector<Neighbor> lists;  // for each row, the nearest first
  Candidates candidates;
};

InvertedIndex::InvertedIndex(const InvertedLists& lists, const Kernels& kernels)
    : coarse_({lists.centers, lists.lists(), lists.columns}, lists.metric, kernels),
      probes_(lists.probes),
      begins_(lists.begins),
      numbers_(lists.numbers),
      points_(make_list_points(lists, kernels)) {}

void InvertedIndex::search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const {
  for (std::size_t first = 0; first < rows.count; first += batch_rows) {
    const std::size_t count = std::min(batch_rows, rows.count - first);
    search_batch({rows.part(first, count), first, k, probes_}, out.subspan(first * k, count * k));
  }
}

void InvertedIndex::search_batch(const Ask& ask, std::span<Neighbor> out) const {
  Batch batch(ask, std::min(kept_points(ask.k), numbers_.size()), points_->most_added());
  for (std::size_t row = 0; row < batch.count; ++row)
    points_->prepare(batch.row(row), ask.first_number + row);
  coarse_.search(ask.rows, ask.probes, batch.lists);
  // The nearest lists of all rows first: their points leave few of the others' to be kept.
  visit(batch, 0, 1);
  visit(batch, 1, ask.probes);
  for (std::size_t row = 0; row < batch.count; ++row) {
    const auto place = out.subspan(row * ask.k, ask.k);
    const auto found = batch.candidates.closest(row);
    if (found.size() < ask.k) {
      const std::size_t probes = std::min(2 * ask.probes, begins_.size() - 1);
      search_batch({ask.rows.part(row, 1), ask.first_number + row, ask.k, probes}, place);
      continue;
    }
    points_->measure(batch.row(row).data(), found);
    for (std::size_t i = 0; i < ask.k; ++i) place[i] = {found[i].score, numbers_[found[i].point]};
  }
}

// Rows that look into the same list are compared with it together.
void InvertedIndex::visit(Batch& batch, std::size_t first_rank, std::size_t last_rank) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> visits;
  visits.reserve(batch.count * (last_rank - first_rank));
  for (std::size_t row = 0; row < batch.count; ++row) {
    for (std::size_t rank = first_rank; rank < last_rank; ++rank)
      visits.emplace_back(batch.lists[row * batch.probes + rank].point,
                          static_cast<std::uint32_t>(row));
  }
  std::ranges::sort(visits);
  std::vector<std::uint32_t> rows;
  for (auto at = visits.begin(); at != visits.end();) {
    const std::uint32_t list = at->first;
    rows.clear();
    for (; at != visits.end() && at->first == list; ++at) rows.push_back(at->second);
    compare(batch, list, rows);
  }
}

void InvertedIndex::compare(Batch& batch, std::size_t list,
                            std::span<const std::uint32_t> rows) const {
  std::vector<float> gathered;
  gathered.reserve(rows.size() * batch.columns);
  for (const std::uint32_t row : rows)
    gathered.insert(gathered.end(), batch.row(row).begin(), batch.row(row).end());
  points_->scan({.list = list,
                 .first = begins_[list],
                 .last = begins_[list + 1],
                 .rows = gathered.data(),
                 .names = rows},
                batch.candidates);
}

}  // namespace millrace::learn::knn
