// The command `millrace-work columns`: rows in, one Parquet or ORC file out.
#pragma once

namespace millrace::work {

// The program's exit status.
[[nodiscard]] int columns();

}  // namespace millrace::work
