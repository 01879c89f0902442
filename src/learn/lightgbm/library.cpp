#include "learn/lightgbm/library.hpp"

#include "learn/lightgbm/c_api.hpp"

#include <dlfcn.h>

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr const char* library_file = "lib_lightgbm.so";  // found by the program's run path
constexpr int float_type = 0;

template <class Function>
void look_up(void* library, const char* name, Function*& function) {
  void* const found = ::dlsym(library, name);
  if (found == nullptr) throw std::runtime_error(::dlerror());
  function = reinterpret_cast<Function*>(found);
}

struct Api {
  decltype(LGBM_GetLastError)* last_error;
  decltype(LGBM_RegisterLogCallback)* register_log_callback;
  decltype(LGBM_DatasetCreateFromMat)* create_data;
  decltype(LGBM_DatasetSetField)* set_field;
  decltype(LGBM_DatasetSetFeatureNames)* set_names;
  decltype(LGBM_DatasetFree)* free_data;
  decltype(LGBM_BoosterCreate)* create;
  decltype(LGBM_BoosterAddValidData)* add_validation;
  decltype(LGBM_BoosterUpdateOneIter)* update;
  decltype(LGBM_BoosterGetEval)* measure;
  decltype(LGBM_BoosterSaveModelToString)* save;
  decltype(LGBM_BoosterFree)* free;

  explicit Api(void* library) {
    look_up(library, "LGBM_GetLastError", last_error);
    look_up(library, "LGBM_RegisterLogCallback", register_log_callback);
    look_up(library, "LGBM_DatasetCreateFromMat", create_data);
    look_up(library, "LGBM_DatasetSetField", set_field);
    look_up(library, "LGBM_DatasetSetFeatureNames", set_names);
    look_up(library, "LGBM_DatasetFree", free_data);
    look_up(library, "LGBM_BoosterCreate", create);
    look_up(library, "LGBM_BoosterAddValidData", add_validation);
    look_up(library, "LGBM_BoosterUpdateOneIter", update);
    look_up(library, "LGBM_BoosterGetEval", measure);
    look_up(library, "LGBM_BoosterSaveModelToString", save);
    look_up(library, "LGBM_BoosterFree", free);
  }
};

// It stays loaded: OpenMP keeps threads of its own.
void* load() {
  void* const library = ::dlopen(library_file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  return library;
}

const Api& api() {
  static const Api loaded(load());
  return loaded;
}

void check(int status) {
  if (status != 0) throw LibraryError(api().last_error());
}

std::int32_t narrow(std::size_t count, const char* what) {
  if (count > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw LibraryError("there are too many " + std::string(what));
  return static_cast<std::int32_t>(count);
}

// AWS's script hands a table over whose columns have these names.
void set_names(void* handle, std::size_t columns) {
  std::vector<std::string> names;
  for (std::size_t column = 0; column < columns; ++column)
    names.push_back("feature_" + std::to_string(column));
  std::vector<const char*> texts;
  for (const std::string& name : names) texts.push_back(name.c_str());
  check(api().set_names(handle, texts.data(), narrow(texts.size(), "columns")));
}

using Print = void (*)(const std::string& line);

// The library hands a message over in pieces, the last of which ends the line.
struct Messages {
  Print print = nullptr;
  std::string line;

  void add(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      line += piece.substr(0, end);
      if (end == std::string_view::npos) return;
      if (!line.empty()) print(line);
      line.clear();
      piece.remove_prefix(end + 1);
    }
  }
};

Messages& messages() {
  static thread_local Messages of_this_thread;
  return of_this_thread;
}

void take_message(const char* piece) { messages().add(piece); }

}  // namespace

Data::Data(const table::Dataset& rows, const std::string& parameters, const Data* reference) {
  const table::Matrix& features = rows.features;
  const std::int32_t count = narrow(features.rows, "rows");
  check(api().create_data(features.values.data(), float_type, count,
                          narrow(features.columns, "columns"), 1, parameters.c_str(),
                          reference == nullptr ? nullptr : reference->handle_, &handle_));
  try {
    check(api().set_field(handle_, "label", rows.labels.data(), count, float_type));
    if (reference == nullptr) set_names(handle_, features.columns);
  } catch (...) {
    api().free_data(handle_);
    throw;
  }
}

Data::~Data() { api().free_data(handle_); }

Booster::Booster(const Data& train, const Data& validation, const std::string& parameters) {
  check(api().create(train.handle(), parameters.c_str(), &handle_));
  try {
    check(api().add_validation(handle_, validation.handle()));
  } catch (...) {
    api().free(handle_);
    throw;
  }
}

Booster::~Booster() { api().free(handle_); }

bool Booster::update() {
  int finished = 0;
  check(api().update(handle_, &finished));
  return finished == 0;
}

double Booster::measure(Rows rows) const {
  int count = 0;
  double value = 0;
  check(api().measure(handle_, static_cast<int>(rows), &count, &value));
  if (count != 1) throw LibraryError("the metric was not measured");
  return value;
}

std::string Booster::save(int rounds) const {
  std::int64_t needed = 0;
  check(api().save(handle_, 0, rounds == 0 ? -1 : rounds, 0, 0, &needed, nullptr));
  std::string text(static_cast<std::size_t>(needed), '\0');
  check(api().save(handle_, 0, rounds == 0 ? -1 : rounds, 0, needed, &needed, text.data()));
  text.resize(static_cast<std::size_t>(needed) - 1);  // without the zero at its end
  return text;
}

void print_messages_with(Print print) {
  messages() = {.print = print, .line = {}};
  check(api().register_log_callback(take_message));
}

}  // namespace millrace::learn::lightgbm
