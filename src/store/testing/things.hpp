// A table of things with a body each, for tests of whoever looks after all blobs.
#pragma once

#include "base/random.hpp"
#include "base/testing/memory_files.hpp"
#include "store/blob_tables.hpp"
#include "store/cared_blobs.hpp"
#include "store/grouped_database.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::store::testing {

inline constexpr BlobTable thing_tables[] = {
    {.name = "things", .key = "id", .column = "blob", .holder = "'thing ' || id"}};

inline std::string body_of(std::size_t size, int mark = 0) {
  std::string body(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    body[i] = static_cast<char>('a' + (i + static_cast<std::size_t>(mark)) % 23);
  }
  return body;
}

// Whether there is one line, and the text in it.
inline bool is_one_with(const std::vector<std::string>& lines, const std::string& text) {
  return lines.size() == 1 && lines.front().find(text) != std::string::npos;
}

// The store over files, all on the calling thread.
class Things {
 public:
  explicit Things(base::Files& files, const std::string& folder = "/data",
                  std::uint64_t full_segment = segment_length)
      : database(files, {.path = folder + "/db"}),
        blobs(open_cared_blobs(files, random_, database, folder + "/blobs", full_segment)) {
    database.declare({.name = "things", .steps = steps});
  }

  BlobId put(int id, const std::string& body) {
    const auto writer = blobs->create();
    writer->write(body);
    const BlobId blob = writer->finish();
    database.write([&](Connection& connection) {
      erase_in(connection, id);
      connection.run("INSERT INTO things (id, blob) VALUES (?, ?)", id, blob.text);
      blobs->keep(connection, blob);
    });
    return blob;
  }
  void erase(int id) {
    database.write([&](Connection& connection) { erase_in(connection, id); });
  }
  BlobId blob(int id) {
    return database.read([&](Connection& connection) {
      return BlobId{connection.first("SELECT blob FROM things WHERE id = ?", id).value()[0].text()};
    });
  }
  std::string body(int id) { return base::read_all(*blobs->open(blob(id))); }
  void commit_nothing() {
    database.write([](Connection&) {});
  }

 private:
  void erase_in(Connection& connection, int id) {
    const auto row = connection.first("SELECT blob FROM things WHERE id = ?", id);
    if (!row) return;
    blobs->erase(connection, {.text = (*row)[0].text()});
    connection.run("DELETE FROM things WHERE id = ?", id);
  }

  static constexpr std::string_view steps[] = {
      "CREATE TABLE things (id INTEGER PRIMARY KEY, blob TEXT NOT NULL)"};
  base::SeededRandom random_{1};

 public:
  GroupedDatabase database;
  std::unique_ptr<CaredBlobs> blobs;
};

}  // namespace millrace::store::testing
