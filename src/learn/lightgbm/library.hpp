// The LightGBM library as objects: data and a booster that own their handles, and failures as
// exceptions. It is loaded by the first of them: who only predicts has no use for it.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>

namespace millrace::learn::lightgbm {

// The library's message. That it cannot be loaded is a std::runtime_error.
struct LibraryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Rows inside the library, cut into the bins of `reference` where there is one. The library reads
// `rows` once and keeps nothing of them.
class Data {
 public:
  Data(const table::Dataset& rows, const std::string& parameters, const Data* reference);
  ~Data();
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

class Booster {
 public:
  // Both data sets must outlive the booster.
  Booster(const Data& train, const Data& validation, const std::string& parameters);
  ~Booster();
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  // One round more. False when no tree could be split any further.
  [[nodiscard]] bool update();
  // The one metric that the parameters name.
  enum class Rows { train = 0, validation = 1 };
  [[nodiscard]] double measure(Rows rows) const;
  // The text that every release reads; of the first so many rounds, 0 for all.
  [[nodiscard]] std::string save(int rounds) const;

 private:
  void* handle_ = nullptr;
};

// Sends the library's own messages of this thread to `print`, a line a call.
void print_messages_with(void (*print)(const std::string& line));

}  // namespace millrace::learn::lightgbm
