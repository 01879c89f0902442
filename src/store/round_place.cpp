#include "store/round_place.hpp"

#include "base/json.hpp"

#include <array>

namespace millrace::store {

namespace {

constexpr std::array<std::string_view, 1> steps = {R"sql(
  CREATE TABLE care_round (
    one INTEGER PRIMARY KEY CHECK (one = 1), table_name TEXT NOT NULL, after TEXT NOT NULL, ended INTEGER NOT NULL);
)sql"};

// Keys are of numbers and texts.
std::string to_text(const std::vector<Cell>& cells) {
  base::List list;
  for (const Cell& cell : cells) {
    if (cell.kind() == Cell::Kind::integer) {
      list.emplace_back(cell.integer());
    } else {
      list.emplace_back(cell.text());
    }
  }
  return base::write_json(std::move(list));
}

std::vector<Cell> to_cells(const std::string& text) {
  const base::Value parsed = base::parse_json(text);
  std::vector<Cell> cells;
  for (const base::Value& one : parsed.list()) {
    if (one.is_integer()) {
      cells.emplace_back(one.integer());
    } else {
      cells.emplace_back(one.text());
    }
  }
  return cells;
}

}  // namespace

RoundPlaces::RoundPlaces(Database& database) : database_(database) {
  database_.declare({.name = "care", .steps = steps});
}

RoundPlace RoundPlaces::kept() {
  const auto row = database_.read([](Connection& connection) {
    return connection.first("SELECT table_name, after, ended FROM care_round");
  });
  if (!row) return {};
  return {.table = (*row)[0].text(),
          .after = to_cells((*row)[1].text()),
          .ended = base::Timestamp(base::Milliseconds((*row)[2].integer()))};
}

void RoundPlaces::keep(const RoundPlace& place) {
  database_.write([&](Connection& connection) {
    connection.run(
        "INSERT OR REPLACE INTO care_round (one, table_name, after, ended) VALUES (1, ?, ?, ?)",
        place.table, to_text(place.after),
        static_cast<std::int64_t>(place.ended.time_since_epoch().count()));
  });
}

}  // namespace millrace::store
