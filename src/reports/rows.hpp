// The rows of a report's file: CSV packed by gzip here, Parquet and ORC by a child of the server's.
#pragma once

#include "base/stream.hpp"
#include "base/value.hpp"
#include "reports/inventory.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::reports {

// The program that writes columns, and where it stands meanwhile.
struct ColumnsWork {
  std::string program;
  std::string folder;
};

using Row = std::vector<base::Value>;
// The next row; nothing at the end.
using NextRow = std::function<std::optional<Row>()>;

// A row in CSV, each cell in quotes, times in ISO 8601.
void add_csv(std::string& out, const Row& row);

// The bytes of a file of these rows, in the format of an inventory. Keys in CSV are
// percent-encoded.
[[nodiscard]] std::unique_ptr<base::Reader> file_of(std::string_view format,
                                                    const std::vector<const Field*>& fields,
                                                    NextRow next, const ColumnsWork& work);

}  // namespace millrace::reports
