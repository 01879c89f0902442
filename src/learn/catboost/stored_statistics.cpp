// The schema is CatBoost's ctr_data.fbs; numbers of fields are positions in its tables.
#include "learn/catboost/stored_statistics.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace millrace::learn::catboost {
namespace {

namespace feature {
enum : std::size_t { statistic, borders };
}
namespace statistic {
enum : std::size_t { base, target, prior, prior_weight, shift, scale };
}
namespace base_of {
enum : std::size_t { combination, kind, classifier };
}
namespace combination {
enum : std::size_t { columns, numbers, values };
}
namespace value_table {
enum : std::size_t { base, buckets, counts, total, classes };
}

void require(bool holds, const char* why) {
  if (!holds) throw ModelError(std::string("the model is damaged: ") + why);
}

struct StoredNumber {
  std::int32_t feature;
  float border;
};
struct StoredValue {
  std::int32_t feature;
  std::uint32_t value;
};

// What a table of counts is of, by which statistics name theirs.
struct Base {
  std::vector<std::int32_t> columns;
  std::vector<StoredNumber> numbers;
  std::vector<StoredValue> values;
  std::int8_t kind = 0;
  std::int32_t classifier = 0;  // of the ways in which labels are put into classes
};

template <class T>
void append(std::string& key, const std::vector<T>& list) {
  key += std::to_string(list.size()) + ':';
  key.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T));
}

// Equal for what is equal, and only for that.
std::string key_of(const Base& base) {
  std::string key = std::to_string(base.kind) + ' ' + std::to_string(base.classifier) + ' ';
  append(key, base.columns);
  append(key, base.numbers);
  append(key, base.values);
  return key;
}

FlatTable only_table(const FlatTable& of, std::size_t field) {
  const auto found = of.table(field);
  require(!found.empty(), "a statistic of categories has a part too few");
  return found.front();
}

Base read_base(const FlatTable& stored) {
  const FlatTable of = only_table(stored, base_of::combination);
  return {.columns = of.values<std::int32_t>(combination::columns),
          .numbers = of.values<StoredNumber>(combination::numbers),
          .values = of.values<StoredValue>(combination::values),
          .kind = stored.number<std::int8_t>(base_of::kind, 0),
          .classifier = stored.number<std::int32_t>(base_of::classifier, 0)};
}

std::size_t column_at(const std::map<std::int32_t, std::size_t>& columns, std::int32_t feature) {
  const auto found = columns.find(feature);
  require(found != columns.end(), "a statistic of categories is of no column");
  return found->second;
}

Combination combination_of(const Base& base, const FeatureColumns& columns) {
  Combination made;
  for (const std::int32_t one : base.columns)
    made.columns.push_back(column_at(columns.categories, one));
  for (const StoredNumber& one : base.numbers)
    made.numbers.push_back({column_at(columns.numbers, one.feature), one.border});
  for (const StoredValue& one : base.values)
    made.values.push_back({column_at(columns.categories, one.feature), one.value});
  return made;
}

StatisticKind kind_of(const Base& base) {
  require(base.kind >= 0 && base.kind <= static_cast<std::int8_t>(StatisticKind::frequency),
          "a statistic of categories is of no kind");
  return static_cast<StatisticKind>(base.kind);
}

std::size_t stride_of(StatisticKind kind, std::size_t classes) {
  using enum StatisticKind;
  if (kind == counter || kind == frequency) return 1;
  if (kind == binarized_mean || kind == mean) return 2;
  return kind == borders ? std::max<std::size_t>(classes, 2) : classes;
}

// Twelve bytes each: the hash and the place.
std::vector<StatisticTable::Bucket> read_buckets(const FlatTable& stored) {
  struct Packed {
    std::uint32_t low, high, place;
  };
  const auto bytes = stored.values<char>(value_table::buckets);
  require(bytes.size() % sizeof(Packed) == 0, "a table of categories ends early");
  std::vector<Packed> packed(bytes.size() / sizeof(Packed));
  if (!packed.empty()) std::memcpy(packed.data(), bytes.data(), bytes.size());
  std::vector<StatisticTable::Bucket> buckets;
  buckets.reserve(packed.size());
  for (const Packed& one : packed)
    buckets.push_back({std::uint64_t{one.high} << 32 | one.low, one.place});
  return buckets;
}

void check_buckets(const StatisticTable& table) {
  require(std::has_single_bit(table.buckets.size()), "a table of categories has a wrong size");
  const std::size_t places = table.counts.size() / table.stride;
  bool any_free = false;
  for (const StatisticTable::Bucket& bucket : table.buckets) {
    any_free = any_free || bucket.hash == StatisticTable::no_hash;
    require(bucket.hash == StatisticTable::no_hash || bucket.place < places,
            "a category has no counts");
  }
  require(any_free, "a table of categories is full");
}

StatisticTable read_table(const FlatTable& stored, const Base& base,
                          const FeatureColumns& columns) {
  StatisticTable table{.kind = kind_of(base), .of = combination_of(base, columns)};
  const auto classes = stored.number<std::int32_t>(value_table::classes, 0);
  require(classes >= 0, "a table of categories has no classes");
  table.stride = stride_of(table.kind, static_cast<std::size_t>(classes));
  require(table.stride > 0, "a table of categories has no classes");
  table.total = stored.number<std::uint32_t>(value_table::total, 0);
  const auto bytes = stored.values<char>(value_table::counts);
  table.counts.resize(bytes.size() / sizeof(std::uint32_t));
  if (!table.counts.empty())
    std::memcpy(table.counts.data(), bytes.data(), table.counts.size() * sizeof(std::uint32_t));
  table.buckets = read_buckets(stored);
  check_buckets(table);
  return table;
}

// The tables behind the core: how many there are, then the size of each before it.
class Parts {
 public:
  explicit Parts(std::string_view bytes) : bytes_(bytes) {
    if (!bytes.empty()) left_ = take_number();
  }

  [[nodiscard]] bool at_end() const { return left_ == 0; }
  [[nodiscard]] std::string_view take() {
    --left_;
    const std::uint32_t size = take_number();
    const std::string_view part = FlatBuffer(bytes_).part(0, size);
    bytes_.remove_prefix(size);
    return part;
  }

 private:
  std::uint32_t take_number() {
    const auto number = FlatBuffer(bytes_).at<std::uint32_t>(0);
    bytes_.remove_prefix(sizeof number);
    return number;
  }

  std::string_view bytes_;
  std::uint32_t left_ = 0;
};

std::map<std::string, std::size_t> read_tables(std::string_view bytes,
                                               const FeatureColumns& columns, StoredModel& model) {
  std::map<std::string, std::size_t> places;
  for (Parts parts(bytes); !parts.at_end();) {
    const FlatBuffer buffer(parts.take());
    const FlatTable stored = FlatTable::root(buffer);
    const Base base = read_base(only_table(stored, value_table::base));
    places[key_of(base)] = model.tables.size();
    model.tables.push_back(read_table(stored, base, columns));
  }
  return places;
}

Statistic read_statistic(const FlatTable& stored,
                         const std::map<std::string, std::size_t>& tables) {
  const FlatTable of = only_table(stored, feature::statistic);
  const auto table = tables.find(key_of(read_base(only_table(of, statistic::base))));
  if (table == tables.end()) throw ModelError("the model has no table of some of its statistics");
  const auto target = of.number<std::int32_t>(statistic::target, 0);
  require(target >= 0, "a statistic of categories is of no class");
  return {.table = table->second,
          .target = static_cast<std::size_t>(target),
          .prior = of.number<float>(statistic::prior, 0),
          .prior_weight = of.number<float>(statistic::prior_weight, 1),
          .shift = of.number<float>(statistic::shift, 0),
          .scale = of.number<float>(statistic::scale, 1),
          .borders = stored.values<float>(feature::borders)};
}

}  // namespace

void read_statistics(std::span<const FlatTable> features, std::string_view parts,
                     const FeatureColumns& columns, StoredModel& model) {
  const auto tables = read_tables(parts, columns, model);
  for (const FlatTable& stored : features) {
    const Statistic read = read_statistic(stored, tables);
    const StatisticTable& table = model.tables[read.table];
    const bool by_class =
        table.kind == StatisticKind::borders || table.kind == StatisticKind::buckets;
    require(!by_class || read.target < table.stride, "a statistic of categories is of no class");
    model.statistics.push_back(read);
  }
}

}  // namespace millrace::learn::catboost
