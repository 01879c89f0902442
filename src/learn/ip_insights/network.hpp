// The network: a vector for each entity, an encoder of addresses, and the gradients of the log loss
// over observed pairs and made-up ones.
#pragma once

#include "learn/draw.hpp"
#include "learn/ip_insights/events.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::ip_insights {

inline constexpr std::size_t octets = 4;
inline constexpr std::size_t octet_values = 256;

// Vectors of the encoder are filled up with zeros to a multiple of this, which suits all kernels.
inline constexpr std::size_t width_step = 32;

struct Shape {
  std::size_t slots = 0;
  std::size_t dimensions = 0;
  std::size_t layers = 1;

  [[nodiscard]] std::size_t width() const {
    return (dimensions + width_step - 1) / width_step * width_step;
  }
};

// out = relu(in) weights + bias
struct Layer {
  std::vector<float> weights;  // width x width, a row for each input
  std::vector<float> bias;
};

// The sum of an address's four octet vectors goes through the layers.
struct Encoder {
  std::vector<float> octets;  // four times 256 vectors of the width
  std::vector<Layer> layers;
};

struct Network {
  Shape shape;
  std::vector<float> entities;  // slots x dimensions
  Encoder encoder;

  [[nodiscard]] std::span<const float> entity(std::size_t slot) const {
    return std::span(entities).subspan(slot * shape.dimensions, shape.dimensions);
  }
};

[[nodiscard]] Network make_network(const Shape& shape, Draw& draw);
[[nodiscard]] Encoder zero_encoder(const Shape& shape);

// The addresses' vectors, each `width` long, and what each layer saw: inputs[l] is relu of what
// goes into layer l.
struct Encoding {
  std::vector<std::vector<float>> inputs;
  std::vector<float> out;
};

void encode(const Network& network, std::span<const std::uint32_t> addresses, Encoding& encoding);

[[nodiscard]] float dot(std::span<const float> entity, const float* address);

// Events with the addresses to tell apart: for each event `addresses_each` of them, its own first.
struct Pairs {
  std::span<const std::uint32_t> slots;
  std::span<const std::uint32_t> addresses;
  std::size_t addresses_each = 1;
};

// Of some pairs: sums over them.
struct Loss {
  double cross_entropy = 0;
  std::size_t right = 0;  // pairs on the right side of 1 / 2

  Loss& operator+=(const Loss& other) {
    cross_entropy += other.cross_entropy;
    right += other.right;
    return *this;
  }
};

// Working room, kept from call to call.
struct Scratch {
  Encoding encoding;
  std::vector<float> slopes;    // of the loss with respect to a layer's output
  std::vector<float> inputs;    // the same, to its input
  std::vector<float> turned;    // a layer's weights, transposed
  std::vector<float> products;  // a layer's gradient
};

// `scale` times the gradient of the pairs' summed cross entropy: added to the encoder's, written to
// a row of `dimensions` for each event.
Loss add_gradients(const Network& network, const Pairs& pairs, float scale, Scratch& scratch,
                   Encoder& encoder, std::span<float> entity_rows);

}  // namespace millrace::learn::ip_insights
