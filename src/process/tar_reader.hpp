// Reads a tar archive from its beginning, one entry after the other, trusting no byte of it.
#pragma once

#include "base/stream.hpp"
#include "process/archive.hpp"
#include "process/tar.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace millrace::process {

struct TarEntry {
  std::string name;  // as it stands there
  char kind = tar::regular;
  std::uint64_t size = 0;

  [[nodiscard]] bool is_file() const { return kind == tar::regular || kind == tar::old_regular; }
};

// What it throws for damage is an ArchiveError. As a reader it gives the bytes of the entry that
// came last.
class TarReader final : public base::Reader {
 public:
  // `entries`: of more it does not read.
  TarReader(base::Reader& archive, std::uint64_t entries);

  // Skips what was not read of the entry before; nothing at the end.
  [[nodiscard]] std::optional<TarEntry> next();
  std::size_t read(char* out, std::size_t size) override;

 private:
  [[nodiscard]] std::optional<tar::Header> next_header();
  [[nodiscard]] std::string contents(std::uint64_t size);
  std::size_t take(char* out, std::size_t size);  // fewer bytes than asked only at the end
  void skip(std::uint64_t size);
  void finish_entry();

  base::Reader& archive_;
  const std::uint64_t entries_;
  std::uint64_t read_entries_ = 0;
  std::uint64_t left_ = 0;     // of the entry's bytes
  std::uint64_t padding_ = 0;  // behind them
  std::string buffer_;
  std::size_t at_ = 0;   // in buffer_
  std::size_t end_ = 0;  // of what it holds
};

}  // namespace millrace::process
