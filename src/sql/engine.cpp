#include "sql/engine.hpp"

#include "sql/duckdb_module.hpp"

#include <dlfcn.h>

namespace millrace::sql {
namespace {

constexpr const char* module_file = "libmillrace-duckdb.so";  // found by the program's run path

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

std::unique_ptr<Engine> make_engine(const EngineOptions& options) {
  void* const module = ::dlopen(module_file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  void* const found = module == nullptr ? nullptr : ::dlsym(module, "open_duckdb");
  if (found == nullptr) throw std::runtime_error(::dlerror());
  return std::unique_ptr<Engine>(reinterpret_cast<decltype(&open_duckdb)>(found)(options));
}

std::string literal(std::string_view text) { return quoted(text, '\''); }
std::string identifier(std::string_view name) { return quoted(name, '"'); }

}  // namespace millrace::sql
