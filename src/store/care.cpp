#include "store/care.hpp"

#include "store/unchecked_reads.hpp"

#include <algorithm>
#include <memory>

namespace millrace::store {

namespace {

constexpr std::int64_t rows_of_a_step = 64;
constexpr std::chrono::milliseconds short_rest{1000};
constexpr std::uint64_t pauses_a_second = 8;
// So much of a round is done once more after a kill.
constexpr std::chrono::seconds between_keepings{30};

// The server stops.
struct Stopped {};

}  // namespace

Care::Care(Database& database, CaredBlobs& blobs, base::Files& files, base::Log& log,
           CareOptions options)
    : database_(database),
      blobs_(blobs),
      log_(log),
      options_(std::move(options)),
      check_(files, options_.folder),
      places_(database) {}

void Care::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CareCounts Care::counts() {
  const std::lock_guard guard(mutex_);
  return counts_;
}

void Care::count(const BlobState& state) {
  const std::lock_guard guard(mutex_);
  ++counts_.blobs;
  counts_.bytes += state.length;
}

void Care::resume() {
  const RoundPlace place = places_.kept();
  ended_ = place.ended;
  const auto table = std::ranges::find(options_.tables, place.table, &BlobTable::name);
  if (place.table.empty() || table == options_.tables.end()) return;
  begin_round();
  table_ = static_cast<std::size_t>(table - options_.tables.begin());
  after_ = place.after;
}

void Care::keep_place() {
  const bool is_amid = is_in_round_ && table_ < options_.tables.size();
  RoundPlace place{.table = {}, .after = {}, .ended = ended_};
  if (is_amid) {
    place.table = options_.tables[table_].name;
    place.after = after_;
  }
  places_.keep(place);
}

// A clock that was set back, or ahead once, puts no round off for longer than usual.
std::chrono::milliseconds Care::rest() const {
  const std::chrono::milliseconds first = options_.first_round;
  const std::chrono::milliseconds between = options_.between_rounds;
  if (is_in_round_ || ended_ == base::Timestamp()) return first;
  return std::clamp(ended_ + between - options_.now(), std::min(first, between), between);
}

void Care::run(const std::stop_token& stop) {
  stop_ = stop;
  try {
    resume();
    next_round_ = std::chrono::steady_clock::now() + rest();
    work(stop);
    if (is_in_round_) keep_place();
  } catch (const std::exception& error) {
    log_.write(base::Level::error,
               std::string("the place of the look at all blobs: ") + error.what());
  }
}

void Care::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      while (look_at_read()) {
      }
      if (options_.bytes_per_second == 0 || std::chrono::steady_clock::now() < next_round_) {
        blobs_.unchecked().await(stop, short_rest);
      } else {
        go_round();
      }
    } catch (const Stopped&) {
      return;
    } catch (const std::exception& error) {
      log_.write(base::Level::error, std::string("the look at all blobs waits: ") + error.what());
      is_in_round_ = false;
      is_paced_ = false;
      next_round_ = std::chrono::steady_clock::now() + options_.first_round;
    }
  }
}

void Care::go_round() {
  is_paced_ = true;
  const bool goes_on = take_round_step();
  is_paced_ = false;
  const auto now = std::chrono::steady_clock::now();
  if (!goes_on) next_round_ = now + rest();
  if (goes_on && now < next_keeping_) return;
  keep_place();
  next_keeping_ = now + between_keepings;
}

BlobState Care::look(const BlobPlace& place) {
  BlobState state =
      check_.look(place, [&](std::uint64_t, std::string_view bytes) { breathe(bytes.size()); });
  count(state);
  return state;
}

void Care::breathe(std::size_t bytes) {
  if (stop_.stop_requested()) throw Stopped();
  if (!is_paced_) return;
  unpaced_bytes_ += bytes;
  if (unpaced_bytes_ * pauses_a_second < options_.bytes_per_second) return;
  const std::chrono::milliseconds time(unpaced_bytes_ * 1000 / options_.bytes_per_second);
  unpaced_bytes_ = 0;
  std::unique_lock lock(mutex_);
  pause_.wait_for(lock, stop_, time, [] { return false; });
}

bool Care::look_at_read() {
  const auto id = blobs_.unchecked().take();
  if (!id) return false;
  const auto place = parse_place(id->text);
  if (!place) return true;
  const BlobState state = look(*place);
  if (state.is_whole()) {
    blobs_.unchecked().found_whole(*id);
    return true;
  }
  // Its row says whether it is alive, and what it is.
  for (const BlobTable& table : options_.tables) {
    const auto row =
        database_.read([&](Connection& connection) { return row_of_blob(connection, table, *id); });
    if (row) look_at_row(table, *row);
  }
  return true;
}

// What is erased while it is looked at looks damaged: its row is asked afterwards. A blob that was
// just being written when its name was first read is whole at the second look.
void Care::look_at_row(const BlobTable& table, const BlobRow& row) {
  const auto place = parse_place(row.blob.text);
  const auto is_alive = [&] {
    return database_.read(
        [&](Connection& connection) { return holds_blob(connection, table, row); });
  };
  if (!place) return;
  BlobState state = look(*place);
  if (state.is_whole() || !is_alive()) return;
  state = check_.look(*place);
  if (!state.is_whole() && is_alive()) judge(row.blob, row.holder, state);
}

void Care::judge(const BlobId& id, const std::string& holder, const BlobState& state) {
  const auto known = blobs_.damage();
  const std::string place(place_text(id.text));
  const auto is_it = [&](const Damage& damage) { return damage.id.text == place; };
  if (std::ranges::any_of(known, is_it)) return;
  if (state.soundness == Soundness::unreadable) {
    log_.write(base::Level::error, holder + ": blob " + place + ": " + state.what);
    const std::lock_guard guard(mutex_);
    ++counts_.unreadable;
    return;
  }
  blobs_.set_aside(id, holder + ": " + state.what);
  log_.write(base::Level::error,
             holder + ": blob " + place + " is damaged and was set aside: " + state.what);
}

void Care::begin_round() {
  table_ = 0;
  after_.clear();
  sparse_ = blobs_.sparse_segments(options_.sparse_bytes);
  is_in_round_ = true;
}

bool Care::lies_in_sparse(const BlobId& id) const {
  const auto place = parse_place(id.text);
  const auto* small = place ? std::get_if<SmallPlace>(&*place) : nullptr;
  return small != nullptr && std::ranges::find(sparse_, small->segment) != sparse_.end();
}

bool Care::take_round_step() {
  if (!is_in_round_) begin_round();
  if (table_ == options_.tables.size()) {
    is_in_round_ = false;
    ended_ = options_.now();
    const std::lock_guard guard(mutex_);
    ++counts_.rounds;
    return false;
  }
  const BlobTable& table = options_.tables[table_];
  const auto rows = database_.read(
      [&](Connection& connection) { return blob_rows(connection, table, after_, rows_of_a_step); });
  std::vector<BlobRow> to_move;
  for (const BlobRow& row : rows) {
    look_at_row(table, row);
    if (lies_in_sparse(row.blob)) to_move.push_back(row);
  }
  if (!to_move.empty()) move(table, to_move);
  if (rows.empty()) {
    ++table_;
    after_.clear();
  } else {
    after_ = rows.back().key;
  }
  return true;
}

// A body that cannot be read stays where it is, and its segment with it.
void Care::move(const BlobTable& table, const std::vector<BlobRow>& rows) {
  std::vector<std::pair<const BlobRow*, BlobId>> copies;
  for (const BlobRow& row : rows) {
    try {
      const auto body = blobs_.open(row.blob);
      const auto copy = blobs_.create();
      copy->write(body->held().value());
      BlobId place = copy->finish();
      copies.emplace_back(&row, BlobId{place.text.append(note_text(row.blob.text))});
    } catch (const StoreError&) {
      continue;
    }
  }
  std::vector<const BlobId*> unused;
  try {
    database_.write([&](Connection& connection) {
      options_.moving();
      for (const auto& [row, copy] : copies) {
        if (!move_blob(connection, table, *row, copy)) {
          unused.push_back(&copy);
          continue;
        }
        blobs_.keep(connection, copy);
        blobs_.erase(connection, row->blob);
      }
    });
  } catch (...) {
    for (const auto& [row, copy] : copies) blobs_.discard(copy);
    throw;
  }
  for (const BlobId* const copy : unused) blobs_.discard(*copy);
  const std::lock_guard guard(mutex_);
  counts_.moved += copies.size() - unused.size();
}

}  // namespace millrace::store
