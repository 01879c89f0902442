#include "learn/ip_insights/model.hpp"

#include "learn/model_folder.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::ip_insights {
namespace {

// Answers with the product alone, or with both vectors behind it.
class Answers final : public Model {
 public:
  Answers(const Network& network, bool verbose) : network_(network), verbose_(verbose) {}

  [[nodiscard]] std::string_view objective() const override { return "ipinsights"; }
  [[nodiscard]] std::size_t features() const override { return event_columns; }
  [[nodiscard]] std::size_t width() const override {
    return verbose_ ? 1 + 2 * network_.shape.dimensions : 1;
  }
  [[nodiscard]] Container container() const override { return Container::first_party; }

  [[nodiscard]] std::vector<Output> outputs() const override {
    const std::size_t dimensions = network_.shape.dimensions;
    std::vector<Output> named = {{.name = "dot_product"}};
    if (!verbose_) return named;
    named.push_back({.name = "entity_embedding", .width = dimensions, .list = true});
    named.push_back({.name = "ip_embedding", .width = dimensions, .list = true});
    return named;
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    Encoding encoding;
    for (const Event& event : events_of(rows)) {
      encode(network_, {&event.address, 1}, encoding);
      const auto entity = network_.entity(event.slot);
      out[0] = dot(entity, encoding.out.data());
      if (verbose_) {
        const auto address = std::span(encoding.out).first(entity.size());
        std::ranges::copy(address, std::ranges::copy(entity, out.begin() + 1).out);
      }
      out = out.subspan(width());
    }
  }

 private:
  const Network& network_;
  bool verbose_;
};

class Insights final : public Model {
 public:
  explicit Insights(Network network) : network_(std::move(network)) {}

  [[nodiscard]] std::string_view objective() const override { return brief_.objective(); }
  [[nodiscard]] std::size_t features() const override { return brief_.features(); }
  [[nodiscard]] std::size_t width() const override { return brief_.width(); }
  [[nodiscard]] Container container() const override { return brief_.container(); }
  [[nodiscard]] std::vector<Output> outputs() const override { return brief_.outputs(); }
  [[nodiscard]] const Model* verbose() const override { return &verbose_; }
  [[nodiscard]] const FieldReader* field_reader() const override { return &reader_; }
  void predict(const table::Matrix& rows, std::span<float> out) const override {
    brief_.predict(rows, out);
  }

 private:
  class Reader final : public FieldReader {
   public:
    explicit Reader(const Network& network) : network_(network) {}

    void append(const std::vector<std::string>& fields, table::Matrix& rows) const override {
      if (fields.size() != 2)
        throw PredictionError("expected an entity and an address, found " +
                              std::to_string(fields.size()) + " columns");
      const auto address = parse_address(fields[1]);
      if (!address) throw PredictionError("'" + fields[1] + "' is not an IPv4 address");
      append_event(rows, {slot_of(fields[0], network_.shape.slots), *address});
    }

   private:
    const Network& network_;
  };

  Network network_;
  Answers brief_{network_, false};
  Answers verbose_{network_, true};
  Reader reader_{network_};
};

std::vector<float> narrowed(const std::vector<float>& table, std::size_t rows, const Shape& shape) {
  std::vector<float> narrow;
  narrow.reserve(rows * shape.dimensions);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto begin = table.begin() + static_cast<std::ptrdiff_t>(row * shape.width());
    narrow.insert(narrow.end(), begin, begin + static_cast<std::ptrdiff_t>(shape.dimensions));
  }
  return narrow;
}

void widen(std::span<const float> narrow, const Shape& shape, std::vector<float>& table) {
  for (std::size_t row = 0; row < narrow.size() / shape.dimensions; ++row)
    std::ranges::copy(narrow.subspan(row * shape.dimensions, shape.dimensions),
                      table.begin() + static_cast<std::ptrdiff_t>(row * shape.width()));
}

Array take(std::vector<Array>& arrays, const std::string& name, std::size_t rows,
           std::size_t columns) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  if (found == arrays.end()) throw ModelError("the model has no array " + name);
  if (found->values.size() != rows * columns)
    throw ModelError("the model's array " + name + " has another shape than the rest");
  return std::move(*found);
}

Shape shape_of(const std::vector<Array>& arrays) {
  const auto entities = std::ranges::find(arrays, "entities", &Array::name);
  if (entities == arrays.end() || entities->shape.size() != 2 || entities->values.empty())
    throw ModelError("the model has no table of entities");
  Shape shape{.slots = entities->shape[0], .dimensions = entities->shape[1], .layers = 0};
  for (const Array& array : arrays) {
    if (!array.name.starts_with("weight_")) continue;
    // Before room is made for layers of these dimensions.
    if (array.values.size() != shape.dimensions * shape.dimensions)
      throw ModelError("the model's array " + array.name + " has another shape than the rest");
    ++shape.layers;
  }
  return shape;
}

}  // namespace

std::vector<Array> to_arrays(const Network& network) {
  const std::uint64_t dimensions = network.shape.dimensions;
  const std::size_t octet_rows = octets * octet_values;
  std::vector<Array> arrays = {
      {.name = "entities", .shape = {network.shape.slots, dimensions}, .values = network.entities},
      {.name = "octets",
       .shape = {octet_rows, dimensions},
       .values = narrowed(network.encoder.octets, octet_rows, network.shape)}};
  for (std::size_t l = 0; l < network.shape.layers; ++l) {
    const Layer& layer = network.encoder.layers[l];
    arrays.push_back({.name = "weight_" + std::to_string(l),
                      .shape = {dimensions, dimensions},
                      .values = narrowed(layer.weights, dimensions, network.shape)});
    arrays.push_back({.name = "bias_" + std::to_string(l),
                      .shape = {dimensions},
                      .values = narrowed(layer.bias, 1, network.shape)});
  }
  return arrays;
}

Network from_arrays(std::vector<Array> arrays) {
  const Shape shape = shape_of(arrays);
  const std::size_t dimensions = shape.dimensions;
  Network network{.shape = shape,
                  .entities = take(arrays, "entities", shape.slots, dimensions).values,
                  .encoder = zero_encoder(shape)};
  widen(take(arrays, "octets", octets * octet_values, dimensions).values, shape,
        network.encoder.octets);
  for (std::size_t l = 0; l < shape.layers; ++l) {
    Layer& layer = network.encoder.layers[l];
    widen(take(arrays, "weight_" + std::to_string(l), dimensions, dimensions).values, shape,
          layer.weights);
    widen(take(arrays, "bias_" + std::to_string(l), 1, dimensions).values, shape, layer.bias);
  }
  return network;
}

void save_network(const std::filesystem::path& folder, const Network& network) {
  save_arrays(folder, to_arrays(network));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  return std::make_unique<Insights>(from_arrays(load_arrays(folder)));
}

}  // namespace millrace::learn::ip_insights
