#include "learn/knn/stored_model.hpp"

#include "base/json.hpp"
#include "learn/algorithm.hpp"
#include "learn/knn/faiss_file.hpp"
#include "learn/knn/flat_index.hpp"
#include "learn/knn/inverted_index.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace millrace::learn::knn {
namespace {

using base::Map;
using base::Value;

constexpr const char* index_file = "model_algo-1";
constexpr const char* labels_file = "model_algo-1.labels";
constexpr const char* metadata_file = "model_algo-1.json";
constexpr std::string_view format_version = "1.0";

void write_file(const std::filesystem::path& path,
                const std::function<void(std::ostream&)>& write) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  write(file);
  file.close();
  if (!file) throw AlgorithmError("the model could not be written to " + path.string());
}

std::string read_file(const std::filesystem::path& folder, const char* name) {
  std::ifstream file(folder / name, std::ios::binary);
  if (!file) throw ModelError("the model has no file " + std::string(name));
  return {std::istreambuf_iterator<char>(file), {}};
}

Value reduction_value(const std::optional<ReductionPlan>& reduction) {
  if (!reduction) return {};
  return Map{{"type", reduction->kind == ReductionKind::sign ? "sign" : "fjlt"},
             {"seed", reduction->seed},
             {"target_dim", std::uint64_t{reduction->target}},
             {"input_dim", std::uint64_t{reduction->input}}};
}

std::string metadata_of(const StoredModel& model) {
  const Plan& plan = model.plan;
  const bool classifier = plan.predictor == Predictor::classifier;
  Map metadata{{"k", std::uint64_t{plan.k}},
               {"predictor_type", classifier ? "classifier" : "regressor"},
               {"dimension_reduction", reduction_value(plan.reduction)},
               {"normalize", plan.normalize},
               {"version", format_version}};
  if (plan.padding > 0) metadata.set("feature_dim", std::uint64_t{model.columns - plan.padding});
  return base::write_json(std::move(metadata));
}

[[noreturn]] void wrong(const std::string& what) {
  throw ModelError(std::string(metadata_file) + ": " + what);
}

std::size_t count_in(const Value& map, std::string_view name, std::int64_t least) {
  const Value* const found = map.find(name);
  if (!found || !found->is_integer() || found->integer() < least)
    wrong("'" + std::string(name) + "' is no number from " + std::to_string(least) + " on");
  return static_cast<std::size_t>(found->integer());
}

std::string text_in(const Value& map, std::string_view name) {
  const Value* const found = map.find(name);
  return found && found->is_text() ? found->text() : "";
}

std::optional<ReductionPlan> read_reduction(const Value* value) {
  if (!value || value->is_null()) return {};
  const std::string type = text_in(*value, "type");
  if (type != "sign" && type != "fjlt") wrong("the dimension reduction is neither sign nor fjlt");
  const ReductionPlan plan{.kind = type == "sign" ? ReductionKind::sign : ReductionKind::fjlt,
                           .seed = count_in(*value, "seed", 0),
                           .target = count_in(*value, "target_dim", 1),
                           .input = count_in(*value, "input_dim", 2)};
  if (plan.target >= plan.input || plan.input > table::column_limit)
    wrong("the dimension reduction's dimensions do not fit");
  return plan;
}

// Only rows that are lengthened tell how long they were.
std::size_t read_padding(const Value& document, std::size_t columns) {
  if (!document.find("feature_dim")) return 0;
  const std::size_t features = count_in(document, "feature_dim", 1);
  if (features > columns) wrong("feature_dim is more than the index has dimensions");
  return columns - features;
}

Plan read_metadata(const std::string& text, std::size_t columns) {
  try {
    const Value document = base::parse_json(text);
    const std::string predictor = text_in(document, "predictor_type");
    if (predictor != "classifier" && predictor != "regressor")
      wrong("'predictor_type' is neither classifier nor regressor");
    const Value* const normalize = document.find("normalize");
    return {.k = count_in(document, "k", 1),
            .predictor = predictor == "classifier" ? Predictor::classifier : Predictor::regressor,
            .normalize = normalize && normalize->is_flag() && normalize->flag(),
            .padding = read_padding(document, columns),
            .reduction = read_reduction(document.find("dimension_reduction"))};
  } catch (const base::JsonError& error) {
    wrong(error.what());
  }
}

std::size_t count_of(const StoredModel& model) {
  return model.lists ? model.lists->numbers.size() : model.points.size() / model.columns;
}

void check(const StoredModel& model) {
  if (count_of(model) != model.labels.size())
    throw ModelError("the model has not as many labels as points");
  if (model.plan.k > model.labels.size())
    wrong("k is " + std::to_string(model.plan.k) + ", but the index has only " +
          std::to_string(model.labels.size()) + " points");
  if (model.plan.reduction && model.plan.reduction->target != model.columns)
    wrong("the dimension reduction does not lead to the index's dimensions");
  if (!std::ranges::all_of(model.labels, [](float label) { return std::isfinite(label); }))
    throw ModelError("the model holds a number that is not finite");
}

}  // namespace

void save(const std::filesystem::path& folder, const StoredModel& model) {
  std::filesystem::create_directories(folder);
  write_file(folder / index_file, [&](std::ostream& file) {
    if (model.lists)
      write_faiss(file, *model.lists);
    else
      write_faiss(file, model.plan.metric, model.columns, model.points);
  });
  write_file(folder / labels_file, [&](std::ostream& file) {
    file.write(reinterpret_cast<const char*>(model.labels.data()),
               static_cast<std::streamsize>(model.labels.size() * sizeof(float)));
  });
  write_file(folder / metadata_file, [&](std::ostream& file) { file << metadata_of(model); });
}

StoredModel load(const std::filesystem::path& folder) {
  auto index = read_faiss(read_file(folder, index_file));
  StoredModel model;
  Metric metric = Metric::l2;
  if (auto* const flat = std::get_if<FaissFlat>(&index)) {
    model.columns = flat->columns;
    model.points = std::move(flat->points);
    metric = flat->metric;
  } else {
    model.lists = std::get<InvertedLists>(std::move(index));
    model.columns = model.lists->columns;
    metric = model.lists->metric;
  }
  model.plan = read_metadata(read_file(folder, metadata_file), model.columns);
  model.plan.metric = metric;
  const std::string labels = read_file(folder, labels_file);
  model.labels.resize(labels.size() / sizeof(float));
  std::memcpy(model.labels.data(), labels.data(), model.labels.size() * sizeof(float));
  check(model);
  return model;
}

std::unique_ptr<Index> make_index(const StoredModel& model) {
  if (model.lists) return std::make_unique<InvertedIndex>(*model.lists, kernels());
  return std::make_unique<FlatIndex>(model.rows(), model.plan.metric, kernels());
}

}  // namespace millrace::learn::knn
