// A data folder that no server has open, looked at from end to end: the database's pages, its
// structure, every blob of every row, and files that no row names.
#pragma once

#include "base/files.hpp"
#include "store/blob_tables.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace::store {

struct Examined {
  std::uint64_t pages = 0;          // of the database file, that are sound
  std::uint64_t blobs = 0;          // that are whole
  std::uint64_t bytes = 0;          // of them
  std::vector<std::string> damage;  // what is wrong, a sentence each
  std::vector<std::string> strays;  // paths of files that no row names: they waste room, no more
  std::uint64_t stray_bytes = 0;
  std::vector<std::string> notes;  // what is well, but not what one expects to see
};

struct ExamineOptions {
  std::string database;  // the path of its file
  std::string blobs;     // the folder
  std::span<const BlobTable> tables;
  bool reads_bodies = true;  // else only strays are looked for
};

// Alters nothing. Damage is an answer, never an exception.
[[nodiscard]] Examined examine(base::Files& files, const ExamineOptions& options);
// What it found of strays goes.
void remove_strays(base::Files& files, const Examined& examined);

// Where the bytes of damaged blobs are kept, below the folder of all blobs.
constexpr std::string_view quarantine_folder = "quarantine";

}  // namespace millrace::store
