// The XGBoost library as objects: data and a booster that own their handles, and failures as
// exceptions.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {

// The library's message without its stack trace.
struct LibraryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws LibraryError unless a function of the library's answered well.
void check(int status);

// Rows inside the library, which copies them. `least_columns`: as many columns as the data trained
// on has.
class Data {
 public:
  Data(const table::Dataset& dataset, std::size_t least_columns, int threads);
  ~Data();
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

struct NamedData {
  std::string name;
  const Data* data;
};

class Booster {
 public:
  explicit Booster(const std::vector<NamedData>& known);
  ~Booster();
  Booster(Booster&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Booster& operator=(Booster&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  void set(const std::string& name, const std::string& value);
  void set_attribute(const std::string& name, const std::string& value);
  [[nodiscard]] std::optional<std::string> attribute(const std::string& name) const;
  // What `save` gave; before anything is set.
  void load(std::string_view model);
  void update(int round, const Data& data);
  // "[0]\ttrain-rmse:0.4812\tvalidation-rmse:0.4933", with all digits
  [[nodiscard]] std::string evaluate(int round, const std::vector<NamedData>& data) const;
  // Before the objective's transformation or behind it; valid until the booster is used again.
  enum class Output { value = 0, margin = 1 };
  [[nodiscard]] std::span<const float> predict(const Data& data, Output output) const;
  [[nodiscard]] Booster first_rounds(int rounds) const;
  [[nodiscard]] std::string save() const;  // as UBJSON, which every release since 1.6 loads

 private:
  explicit Booster(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

// Sends the library's own messages to `print`, from any thread, for the whole process.
void print_messages_with(void (*print)(const char* line));

}  // namespace millrace::learn::xgboost
