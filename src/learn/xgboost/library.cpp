#include "learn/xgboost/library.hpp"

#include "learn/xgboost/c_api.hpp"

#include <algorithm>
#include <cstdint>

namespace millrace::learn::xgboost {

void check(int status) {
  if (status == 0) return;
  std::string message = XGBGetLastError();
  message.erase(std::min(message.find("\nStack trace:"), message.size()));
  while (message.ends_with('\n')) message.pop_back();
  throw LibraryError(message);
}

namespace {

// numpy's array interface as JSON: how the library takes arrays by address.
std::string array_of(const void* data, std::string_view type,
                     std::initializer_list<std::size_t> shape) {
  std::string sizes;
  for (const std::size_t size : shape) sizes += (sizes.empty() ? "" : ",") + std::to_string(size);
  return R"({"data":[)" + std::to_string(reinterpret_cast<std::uintptr_t>(data)) +
         R"(,true],"typestr":")" + std::string(type) + R"(","version":3,"shape":[)" + sizes + "]}";
}

std::string matrix_config(int threads) {
  return R"({"missing":NaN,"nthread":)" + std::to_string(threads) + "}";
}

void* create_dense(const table::Matrix& rows, int threads) {
  void* handle = nullptr;
  const std::string array = array_of(rows.values.data(), "<f4", {rows.rows, rows.columns});
  check(XGDMatrixCreateFromDense(array.c_str(), matrix_config(threads).c_str(), &handle));
  return handle;
}

void* create_sparse(const table::Matrix& rows, std::size_t columns, int threads) {
  void* handle = nullptr;
  const std::string offsets = array_of(rows.offsets.data(), "<u8", {rows.offsets.size()});
  const std::string indices = array_of(rows.indices.data(), "<u4", {rows.indices.size()});
  const std::string values = array_of(rows.values.data(), "<f4", {rows.values.size()});
  check(XGDMatrixCreateFromCSR(offsets.c_str(), indices.c_str(), values.c_str(), columns,
                               matrix_config(threads).c_str(), &handle));
  return handle;
}

template <class Number>
void set_info(void* handle, const char* field, const std::vector<Number>& numbers,
              std::string_view type) {
  if (numbers.empty()) return;
  check(XGDMatrixSetInfoFromInterface(handle, field,
                                      array_of(numbers.data(), type, {numbers.size()}).c_str()));
}

}  // namespace

Data::Data(const table::Dataset& dataset, std::size_t least_columns, int threads) {
  const table::Matrix& rows = dataset.features;
  handle_ = rows.sparse ? create_sparse(rows, std::max(rows.columns, least_columns), threads)
                        : create_dense(rows, threads);
  try {
    set_info(handle_, "label", dataset.labels, "<f4");
    set_info(handle_, "weight", dataset.weights, "<f4");
    set_info(handle_, "qid", dataset.queries, "<u8");
  } catch (...) {
    XGDMatrixFree(handle_);
    throw;
  }
}

Data::~Data() { XGDMatrixFree(handle_); }

Booster::Booster(const std::vector<NamedData>& known) {
  std::vector<void*> handles;
  for (const NamedData& data : known) handles.push_back(data.data->handle());
  check(XGBoosterCreate(handles.data(), handles.size(), &handle_));
}

Booster::~Booster() {
  if (handle_) XGBoosterFree(handle_);
}

void Booster::set(const std::string& name, const std::string& value) {
  check(XGBoosterSetParam(handle_, name.c_str(), value.c_str()));
}

void Booster::set_attribute(const std::string& name, const std::string& value) {
  check(XGBoosterSetAttr(handle_, name.c_str(), value.c_str()));
}

std::optional<std::string> Booster::attribute(const std::string& name) const {
  const char* value = nullptr;
  int found = 0;
  check(XGBoosterGetAttr(handle_, name.c_str(), &value, &found));
  if (found == 0) return {};
  return value;
}

void Booster::load(std::string_view model) {
  check(XGBoosterLoadModelFromBuffer(handle_, model.data(), model.size()));
}

void Booster::update(int round, const Data& data) {
  check(XGBoosterUpdateOneIter(handle_, round, data.handle()));
}

std::string Booster::evaluate(int round, const std::vector<NamedData>& data) const {
  std::vector<void*> handles;
  std::vector<const char*> names;
  for (const NamedData& one : data) {
    handles.push_back(one.data->handle());
    names.push_back(one.name.c_str());
  }
  const char* line = nullptr;
  check(XGBoosterEvalOneIter(handle_, round, handles.data(), names.data(), handles.size(), &line));
  return line;
}

std::span<const float> Booster::predict(const Data& data, Output output) const {
  const std::string config =
      R"({"type":)" + std::to_string(static_cast<int>(output)) +
      R"(,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
  const std::uint64_t* shape = nullptr;
  std::uint64_t dimensions = 0;
  const float* numbers = nullptr;
  check(XGBoosterPredictFromDMatrix(handle_, data.handle(), config.c_str(), &shape, &dimensions,
                                    &numbers));
  std::size_t count = 1;
  for (std::uint64_t i = 0; i < dimensions; ++i) count *= shape[i];
  return {numbers, count};
}

Booster Booster::first_rounds(int rounds) const {
  void* handle = nullptr;
  check(XGBoosterSlice(handle_, 0, rounds, 1, &handle));
  return Booster(handle);
}

std::string Booster::save() const {
  const char* bytes = nullptr;
  std::uint64_t size = 0;
  check(XGBoosterSaveModelToBuffer(handle_, R"({"format":"ubj"})", &size, &bytes));
  return {bytes, size};
}

void print_messages_with(void (*print)(const char* line)) { check(XGBRegisterLogCallback(print)); }

}  // namespace millrace::learn::xgboost
