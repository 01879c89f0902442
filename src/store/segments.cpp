// Appending to, syncing and opening segments.
#include "store/segments.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::store {

Segments::Segments(base::Files& files, std::string folder, std::uint32_t first, std::uint64_t full)
    : files_(files), folder_(std::move(folder)), full_(full), current_(first) {
  if (files_.exists(path_of(first))) {
    end_ = files_.open(path_of(first), base::Open::read)->size();
  }
}

SmallPlace Segments::append(std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size());
  MILLRACE_ASSERT(length == body.size());
  const EntryHeader header{.length = length, .check = base::digest(base::HashKind::xxhash3, body)};
  const std::lock_guard guard(mutex_);
  if (pending_bytes_ + entry_header_size + body.size() > pending_limit) {
    throw StoreError("too many small bodies are waiting for the disk");
  }
  if (end_ >= full_) {
    ++current_;
    end_ = 0;
    is_begun_ = false;
  }
  if (!is_begun_) begin_segment();
  const SmallPlace place{.segment = current_, .offset = end_, .length = length};
  in_flight_[place.segment].insert(place.offset);
  enqueue(write_header(header, place).append(body));
  return place;
}

bool Segments::touches(const Piece& piece, const Piece& next) {
  return piece.segment == next.segment && piece.offset + piece.bytes.size() == next.offset;
}

// The header is written again where it is there: a crash may have left it torn.
void Segments::begin_segment() {
  pending_.push_back({.segment = current_, .offset = 0, .bytes = segment_header(current_)});
  pending_bytes_ += segment_header_size;
  end_ = std::max<std::uint64_t>(end_, segment_header_size);
  is_begun_ = true;
}

// Behind the last one, joined with it where they touch.
void Segments::enqueue(std::string bytes) {
  const std::uint64_t size = bytes.size();
  Piece piece{.segment = current_, .offset = end_, .bytes = std::move(bytes)};
  if (!pending_.empty() && touches(pending_.back(), piece)) {
    pending_.back().bytes += piece.bytes;
  } else {
    pending_.push_back(std::move(piece));
  }
  end_ += size;
  pending_bytes_ += size;
}

// Joined with what a full disk refused: however many groups it refused, one write has them all.
void Segments::take_pending() {
  const std::lock_guard guard(mutex_);
  for (Piece& piece : pending_) {
    if (!unwritten_.empty() && touches(unwritten_.back(), piece)) {
      unwritten_.back().bytes += piece.bytes;
    } else {
      unwritten_.push_back(std::move(piece));
    }
  }
  pending_.clear();
}

void Segments::write_pending() {
  take_pending();
  if (unwritten_.empty()) return;
  std::uint64_t written = 0;
  for (const Piece& piece : unwritten_) {
    base::File& file = append_to(piece.segment);
    file.write_at(piece.offset, piece.bytes);
    written += piece.bytes.size();
    unsynced_bytes_ += piece.bytes.size();
  }
  std::ranges::move(unwritten_, std::back_inserter(unrecorded_));
  unwritten_.clear();
  const std::lock_guard guard(mutex_);
  pending_bytes_ -= written;
}

std::uint64_t Segments::unrecorded_bytes() const {
  std::uint64_t bytes = 0;
  for (const Piece& piece : unrecorded_) bytes += piece.bytes.size();
  return bytes;
}

void Segments::sync() {
  sync_file();
  unrecorded_.clear();
}

void Segments::sync_file() {
  if (unsynced_bytes_ == 0) return;
  try {
    appended_->sync();
  } catch (const base::FileError& error) {
    throw SyncError(error.what());
  }
  unsynced_bytes_ = 0;
}

// The file before it is synced first: at any time one at most is not.
base::File& Segments::append_to(std::uint32_t segment) {
  if (appended_ != nullptr && appended_to_ == segment) return *appended_;
  sync_file();
  auto file = files_.open(path_of(segment), base::Open::write);
  try {
    // Even where the file was there: the process that made it may have died before this.
    files_.sync_folder(folder_);
  } catch (const base::FileError& error) {
    throw SyncError(error.what());
  }
  appended_ = std::move(file);
  appended_to_ = segment;
  return *appended_;
}

void Segments::settled(const SmallPlace& place) {
  const std::lock_guard guard(mutex_);
  const auto found = in_flight_.find(place.segment);
  if (found == in_flight_.end()) return;
  found->second.erase(place.offset);
  if (found->second.empty()) in_flight_.erase(found);
}

bool Segments::is_in_flight(const SmallPlace& place) {
  const std::lock_guard guard(mutex_);
  const auto found = in_flight_.find(place.segment);
  return found != in_flight_.end() && found->second.contains(place.offset);
}

bool Segments::is_closed(std::uint32_t segment) {
  const std::lock_guard guard(mutex_);
  return segment != current_ && !in_flight_.contains(segment);
}

void Segments::remove(std::uint32_t segment) {
  {
    const std::lock_guard guard(mutex_);
    open_.erase(segment);
  }
  files_.remove(path_of(segment));
}

std::shared_ptr<base::File> Segments::open(std::uint32_t segment) {
  const std::lock_guard guard(mutex_);
  if (const auto known = open_.find(segment); known != open_.end()) return known->second;
  if (open_.size() >= open_limit) open_.erase(open_.begin());
  std::shared_ptr<base::File> file = files_.open(path_of(segment), base::Open::read);
  open_.emplace(segment, file);
  return file;
}

std::string Segments::path_of(std::uint32_t segment) const {
  return folder_ + "/" + segment_name(segment);
}

}  // namespace millrace::store
