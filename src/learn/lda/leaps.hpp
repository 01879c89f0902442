// Fixed points in fewer steps: where two steps of an iteration lead tells where it would go on to
// (the SQUAREM of Varadhan and Roland, 2008).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::lda {

class Leaps {
 public:
  explicit Leaps(std::size_t size) : start_(size), first_(size) {}

  void begin() { is_second_ = false; }
  // Hears that the iteration led from `from` to `to`. Every second time `to` leaps: to what lies as
  // far ahead as the two steps' lengths say, and not below `least`.
  void step(std::span<const float> from, std::span<float> to, std::span<const float> least);

 private:
  std::vector<float> start_;
  std::vector<float> first_;  // the step from there
  bool is_second_ = false;
};

}  // namespace millrace::learn::lda
