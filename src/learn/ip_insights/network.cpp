#include "learn/ip_insights/network.hpp"

#include "learn/kernels/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace::learn::ip_insights {
namespace {

std::size_t octet_row(std::uint32_t address, std::size_t octet) {
  const auto value = (address >> (8 * (octets - 1 - octet))) & 0xffU;
  return octet * octet_values + value;
}

// `rows` times `columns` of a table whose rows are `stride` long; the rest stays 0.
void fill_normal(std::span<float> table, std::size_t columns, std::size_t stride, double deviation,
                 Draw& draw) {
  for (std::size_t row = 0; row < table.size(); row += stride) {
    for (std::size_t i = 0; i < columns; ++i)
      table[row + i] = static_cast<float>(deviation * draw.normal());
  }
}

void sum_octets(const Network& network, std::span<const std::uint32_t> addresses,
                std::vector<float>& out) {
  const std::size_t width = network.shape.width();
  out.assign(addresses.size() * width, 0);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (std::size_t octet = 0; octet < octets; ++octet)
      kernels().add(out.data() + i * width,
                    network.encoder.octets.data() + octet_row(addresses[i], octet) * width, width);
  }
}

void apply(const Layer& layer, const std::vector<float>& inputs, std::size_t width,
           std::vector<float>& out) {
  const std::size_t rows = inputs.size() / width;
  out.resize(inputs.size());
  kernels().multiply({.left = inputs.data(),
                      .rows = rows,
                      .left_columns = width,
                      .right = layer.weights.data(),
                      .right_columns = width,
                      .out = out.data()});
  for (std::size_t row = 0; row < rows; ++row)
    kernels().add(out.data() + row * width, layer.bias.data(), width);
}

void rectify(const std::vector<float>& from, std::vector<float>& to) {
  to.resize(from.size());
  std::ranges::transform(from, to.begin(), [](float value) { return std::max(value, 0.0F); });
}

void transpose(const std::vector<float>& from, std::size_t width, std::vector<float>& to) {
  to.resize(from.size());
  for (std::size_t i = 0; i < width; ++i) {
    for (std::size_t j = 0; j < width; ++j) to[j * width + i] = from[i * width + j];
  }
}

void add_to(std::vector<float>& sums, const std::vector<float>& values) {
  kernels().add(sums.data(), values.data(), sums.size());
}

// Of one pair: the slope of its cross entropy with respect to its score.
float take_pair(double score, bool observed, Loss& loss) {
  const double probability = 1 / (1 + std::exp(-score));
  const double signed_score = observed ? score : -score;
  loss.cross_entropy += std::max(-signed_score, 0.0) + std::log1p(std::exp(-std::abs(score)));
  loss.right += signed_score > 0 ? 1 : 0;
  return static_cast<float>(probability - (observed ? 1 : 0));
}

// The pairs' slopes: scratch.slopes becomes those of the addresses' vectors.
Loss compare(const Network& network, const Pairs& pairs, float scale, Scratch& scratch,
             std::span<float> entity_rows) {
  const std::size_t dimensions = network.shape.dimensions;
  const std::size_t width = network.shape.width();
  scratch.slopes.assign(scratch.encoding.out.size(), 0);
  Loss loss;
  for (std::size_t event = 0; event < pairs.slots.size(); ++event) {
    const auto entity = network.entity(pairs.slots[event]);
    const auto row = entity_rows.subspan(event * dimensions, dimensions);
    std::ranges::fill(row, 0.0F);
    for (std::size_t i = 0; i < pairs.addresses_each; ++i) {
      const std::size_t at = (event * pairs.addresses_each + i) * width;
      const float* const address = scratch.encoding.out.data() + at;
      const auto score = static_cast<double>(dot(entity, address));
      const float slope = scale * take_pair(score, i == 0, loss);
      float* const address_slopes = scratch.slopes.data() + at;
      for (std::size_t d = 0; d < dimensions; ++d) {
        row[d] += slope * address[d];
        address_slopes[d] = slope * entity[d];
      }
    }
  }
  return loss;
}

// From the slopes of a layer's output to those of its weights, and of what went into it.
void back_through(const Layer& layer, const std::vector<float>& inputs, std::size_t width,
                  Scratch& scratch, Layer& gradient) {
  const std::size_t rows = inputs.size() / width;
  scratch.products.resize(width * width);
  kernels().multiply_columns({.left = inputs.data(),
                              .left_stride = width,
                              .left_columns = width,
                              .right = scratch.slopes.data(),
                              .right_columns = width,
                              .rows = rows,
                              .upper_only = false,
                              .out = scratch.products.data()});
  add_to(gradient.weights, scratch.products);
  for (std::size_t row = 0; row < rows; ++row)
    kernels().add(gradient.bias.data(), scratch.slopes.data() + row * width, width);
  transpose(layer.weights, width, scratch.turned);
  scratch.inputs.resize(inputs.size());
  kernels().multiply({.left = scratch.slopes.data(),
                      .rows = rows,
                      .left_columns = width,
                      .right = scratch.turned.data(),
                      .right_columns = width,
                      .out = scratch.inputs.data()});
  std::ranges::transform(scratch.inputs, inputs, scratch.slopes.begin(),
                         [](float slope, float input) { return input > 0 ? slope : 0; });
}

void back_to_octets(const Pairs& pairs, std::size_t width, const Scratch& scratch,
                    Encoder& gradient) {
  for (std::size_t i = 0; i < pairs.addresses.size(); ++i) {
    for (std::size_t octet = 0; octet < octets; ++octet)
      kernels().add(gradient.octets.data() + octet_row(pairs.addresses[i], octet) * width,
                    scratch.slopes.data() + i * width, width);
  }
}

}  // namespace

Encoder zero_encoder(const Shape& shape) {
  const std::size_t width = shape.width();
  return {
      .octets = std::vector<float>(octets * octet_values * width),
      .layers = std::vector<Layer>(shape.layers, Layer{.weights = std::vector<float>(width * width),
                                                       .bias = std::vector<float>(width)})};
}

// Deviations that keep an address's numbers at about 1 through the layers (He and others, 2015),
// and scores well below that at first.
Network make_network(const Shape& shape, Draw& draw) {
  const auto dimensions = static_cast<double>(shape.dimensions);
  constexpr double first_score = 0.1;
  Network network{.shape = shape,
                  .entities = std::vector<float>(shape.slots * shape.dimensions),
                  .encoder = zero_encoder(shape)};
  fill_normal(network.entities, shape.dimensions, shape.dimensions,
              first_score / std::sqrt(dimensions), draw);
  fill_normal(network.encoder.octets, shape.dimensions, shape.width(), 1 / std::sqrt(octets), draw);
  for (Layer& layer : network.encoder.layers)
    fill_normal(std::span(layer.weights).first(shape.dimensions * shape.width()), shape.dimensions,
                shape.width(), std::sqrt(2 / dimensions), draw);
  return network;
}

void encode(const Network& network, std::span<const std::uint32_t> addresses, Encoding& encoding) {
  encoding.inputs.resize(network.shape.layers);
  sum_octets(network, addresses, encoding.out);
  for (std::size_t layer = 0; layer < network.shape.layers; ++layer) {
    rectify(encoding.out, encoding.inputs[layer]);
    apply(network.encoder.layers[layer], encoding.inputs[layer], network.shape.width(),
          encoding.out);
  }
}

float dot(std::span<const float> entity, const float* address) {
  float sum = 0;
  for (std::size_t i = 0; i < entity.size(); ++i) sum += entity[i] * address[i];
  return sum;
}

Loss add_gradients(const Network& network, const Pairs& pairs, float scale, Scratch& scratch,
                   Encoder& encoder, std::span<float> entity_rows) {
  const std::size_t width = network.shape.width();
  encode(network, pairs.addresses, scratch.encoding);
  const Loss loss = compare(network, pairs, scale, scratch, entity_rows);
  for (std::size_t layer = network.shape.layers; layer-- > 0;)
    back_through(network.encoder.layers[layer], scratch.encoding.inputs[layer], width, scratch,
                 encoder.layers[layer]);
  back_to_octets(pairs, width, scratch, encoder);
  return loss;
}

}  // namespace millrace::learn::ip_insights
