#include "work/hand/explain.hpp"

#include "work/hand/arguments.hpp"

#include <array>
#include <cstdio>

namespace millrace::work::hand {
namespace {

class Contributions final : public learn::Model {
 public:
  explicit Contributions(const learn::Explainer& explainer) : explainer_(explainer) {}

  [[nodiscard]] std::string_view objective() const override { return ""; }
  [[nodiscard]] std::size_t features() const override { return explainer_.features(); }
  [[nodiscard]] std::size_t width() const override {
    return explainer_.outputs() * (explainer_.features() + 1);
  }
  [[nodiscard]] std::vector<learn::Output> outputs() const override {
    return {{.name = "contributions", .width = width(), .list = true}};
  }
  [[nodiscard]] const learn::FieldReader* field_reader() const override {
    return explainer_.field_reader();
  }
  void predict(const table::Matrix& rows, std::span<float> out) const override {
    explainer_.contributions(rows, out);
  }

 private:
  const learn::Explainer& explainer_;
};

}  // namespace

std::unique_ptr<learn::Explainer> load_explainer(const learn::Algorithm& algorithm,
                                                 const std::filesystem::path& model_folder) {
  if (!algorithm.explain)
    throw UsageError("models of " + std::string(algorithm.contract.name) + " are not explained");
  return algorithm.explain(model_folder);
}

std::unique_ptr<learn::Model> contributions_of(const learn::Explainer& explainer) {
  return std::make_unique<Contributions>(explainer);
}

std::string importance_page(const learn::Explainer& explainer) {
  std::string page = "column,weight,gain,cover,total_gain,total_cover\n";
  for (const learn::ColumnImportance& one : explainer.importance()) {
    std::array<char, 256> line{};
    std::snprintf(line.data(), line.size(), "%zu,%.0f,%.9g,%.9g,%.9g,%.9g\n", one.column,
                  one.splits, one.total_gain / one.splits, one.total_cover / one.splits,
                  one.total_gain, one.total_cover);
    page += line.data();
  }
  return page;
}

}  // namespace millrace::work::hand
