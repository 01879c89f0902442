// What a client of a simulated store may do: each act as it changes the model, and as it is asked
// of the engine. The kinds of acts have a file each; `chooser.hpp` has them all.
#pragma once

#include "objects/testing/process.hpp"
#include "objects/testing/world.hpp"

#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace millrace::objects::testing {

using Alter = std::function<void(World&)>;

struct Act {
  std::string name;
  // Commit by commit: one that is interrupted may have done the first few.
  std::vector<Alter> in_model;
  std::function<void(Process&)> in_store;
};

inline Act one_commit(std::string name, Alter in_model, std::function<void(Process&)> in_store) {
  return Act{
      .name = std::move(name), .in_model = {std::move(in_model)}, .in_store = std::move(in_store)};
}

// What acts are made from: chance, the day, and numbers that never come again.
class Choice {
 public:
  // Both outlive it.
  Choice(base::Random& random, const base::ManualClock& clock) : random_(random), clock_(clock) {}

  std::uint64_t below(std::uint64_t bound) { return base::random_number(random_) % bound; }
  int next() { return ++last_; }
  std::string key() { return keys[below(std::size(keys))]; }
  template <class Of>
  typename Of::key_type any_key(const Of& map) {
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(below(map.size())))->first;
  }
  [[nodiscard]] int today() const { return Process::day_of(clock_.service()); }

 private:
  static constexpr const char* keys[] = {"k/0", "k/1", "k/2", "l", "m"};

  base::Random& random_;
  const base::ManualClock& clock_;
  int last_ = 0;
};

// An act on one bucket of the world; what is not possible there becomes another one.
struct PossibleAct {
  int weight = 1;
  Act (*make)(Choice&, const World&, const std::string& bucket) = nullptr;
};

}  // namespace millrace::objects::testing
