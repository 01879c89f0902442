// An object as a table of the engine: what a path stands for, and where its rows come from.
#pragma once

#include "base/stream.hpp"
#include "sql/engine.hpp"
#include "sql/select/request.hpp"
#include "sql/select/tree.hpp"
#include "sql/select/written.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::sql::select {

struct Column {
  std::string name;
  Written written;
};

class Input {
 public:
  virtual ~Input() = default;
  // Of the row; without the alias. Throws SelectError where there can be none.
  [[nodiscard]] virtual Written column(const Path& path) = 0;
  // What * stands for.
  [[nodiscard]] virtual std::vector<Column> everything() = 0;
  // The names of the fields, where a column is all of them.
  [[nodiscard]] virtual std::vector<std::string> field_names() const { return {}; }
  // What follows FROM. Called once, after every column was asked for.
  [[nodiscard]] virtual std::string table(Engine& engine) = 0;
};

// The readers outlive what they give. The first reads as far as the header.
[[nodiscard]] std::unique_ptr<Input> make_csv_input(base::Reader& reader, const Request& request);
[[nodiscard]] std::unique_ptr<Input> make_json_input(base::Reader& reader, const Request& request,
                                                     const Statement& statement);
// `file` is the path of the object, which `engine` may read.
[[nodiscard]] std::unique_ptr<Input> make_parquet_input(Engine& engine, const std::string& file,
                                                        const Request& request);

[[nodiscard]] std::string encode_fields(std::span<const std::string_view> fields);
[[nodiscard]] std::vector<std::string_view> decode_fields(std::string_view text);
// _1 is 1; 0 for what is no such name.
[[nodiscard]] std::size_t position_in_name(std::string_view name);

}  // namespace millrace::sql::select
