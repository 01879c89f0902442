#include "table/arrow_library.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace millrace::table {
namespace {

constexpr const char* module_file = "libmillrace-parquet.so";  // found by the program's run path

}  // namespace

void* arrow_function(const char* name) {
  void* const module = ::dlopen(module_file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  void* const found = module == nullptr ? nullptr : ::dlsym(module, name);
  if (found == nullptr) throw std::runtime_error(::dlerror());
  return found;
}

}  // namespace millrace::table
