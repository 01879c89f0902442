#include "learn/kmeans/model.hpp"

#include "learn/model_folder.hpp"
#include "learn/records.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace millrace::learn::kmeans {
namespace {

constexpr std::size_t numbers_a_row = 2;

class Centers final : public Model {
 public:
  Centers(std::vector<float> values, std::size_t columns)
      : values_(std::move(values)), columns_(columns) {}

  [[nodiscard]] std::string_view objective() const override { return "kmeans"; }
  [[nodiscard]] std::size_t features() const override { return columns_; }
  [[nodiscard]] std::size_t width() const override { return numbers_a_row; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    return {{.name = "closest_cluster"}, {.name = "distance_to_cluster"}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const table::Matrix& dense = dense_rows(rows, columns_, made);
    for (std::size_t row = 0; row < dense.rows; ++row)
      predict_row(dense.values.data() + row * columns_, out.subspan(row * numbers_a_row));
  }

 private:
  void predict_row(const float* row, std::span<float> out) const {
    float least = std::numeric_limits<float>::infinity();
    std::size_t nearest = 0;
    for (std::size_t center = 0; center < values_.size() / columns_; ++center) {
      const float squared =
          kernels().squared_distance(row, values_.data() + center * columns_, columns_);
      if (!(squared < least)) continue;
      least = squared;
      nearest = center;
    }
    out[0] = static_cast<float>(nearest);
    out[1] = std::sqrt(least);
  }

  std::vector<float> values_;
  std::size_t columns_;
};

}  // namespace

void save_centers(const std::filesystem::path& folder, const std::vector<float>& centers,
                  std::size_t columns) {
  save_arrays(folder, {{.shape = {centers.size() / columns, columns}, .values = centers}});
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  std::vector<Array> arrays = load_arrays(folder);
  if (arrays.size() != 1 || arrays[0].shape.size() != 2 || arrays[0].values.empty())
    throw ModelError("the model is not a table of centers");
  return std::make_unique<Centers>(std::move(arrays[0].values), arrays[0].shape[1]);
}

}  // namespace millrace::learn::kmeans
