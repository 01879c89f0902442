#include "learn/pca/model.hpp"

#include "learn/model_folder.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::pca {
namespace {

class Projection final : public Model {
 public:
  explicit Projection(Components components) : components_(std::move(components)) {}

  [[nodiscard]] std::string_view objective() const override { return "pca"; }
  [[nodiscard]] std::size_t features() const override { return components_.features; }
  [[nodiscard]] std::size_t width() const override { return components_.singular.size(); }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::string_view list_name() const override { return "projections"; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    return {{.name = "projection", .width = width(), .list = true}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const table::Matrix& dense = dense_rows(rows, features(), made);
    for (std::size_t row = 0; row < dense.rows; ++row) {
      project(components_, std::span(dense.values).subspan(row * features(), features()),
              out.subspan(row * width(), width()));
    }
  }

 private:
  Components components_;
};

std::vector<float> take(std::vector<Array>& arrays, std::string_view name) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  if (found == arrays.end()) throw ModelError("the model has no array " + std::string(name));
  return std::move(found->values);
}

}  // namespace

void project(const Components& components, std::span<const float> row, std::span<float> out) {
  std::ranges::fill(out, 0.0F);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const float value = row[i] - components.mean[i];
    const float* const vectors = components.vectors.data() + i * out.size();
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += value * vectors[j];
  }
}

void save_components(const std::filesystem::path& folder, const Components& components) {
  const std::size_t count = components.singular.size();
  save_arrays(folder,
              {{.name = "mean", .shape = {1, components.features}, .values = components.mean},
               {.name = "s", .shape = {count}, .values = components.singular},
               {.name = "v", .shape = {components.features, count}, .values = components.vectors}});
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  std::vector<Array> arrays = load_arrays(folder);
  Components components{
      .mean = take(arrays, "mean"), .singular = take(arrays, "s"), .vectors = take(arrays, "v")};
  components.features = components.mean.size();
  if (components.features == 0 || components.singular.empty() ||
      components.vectors.size() != components.features * components.singular.size()) {
    throw ModelError("the model's arrays do not fit each other");
  }
  return std::make_unique<Projection>(std::move(components));
}

}  // namespace millrace::learn::pca
