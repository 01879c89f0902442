// Looks after the blobs while they are served: compares them with their checksums, at leisure and
// after a read that nobody compared; sets damaged ones aside; moves what is alive out of segments
// that are mostly dead.
#pragma once

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "store/blob_check.hpp"
#include "store/blob_tables.hpp"
#include "store/cared_blobs.hpp"
#include "store/round_place.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace millrace::store {

struct CareOptions {
  std::string folder;  // of all blobs
  std::span<const BlobTable> tables;
  std::uint64_t bytes_per_second = 8 * 1024 * 1024;  // of a round through all blobs; 0: no rounds
  std::chrono::seconds first_round{60};              // after the start
  std::chrono::seconds between_rounds{24 * 60 * 60};
  std::uint64_t sparse_bytes = segment_length / 2;  // dead ones that make a segment worth emptying
  // Inside the write that gives blobs other places: whoever keeps the rows has to forget them.
  std::function<void()> moving = [] {};
  std::function<base::Timestamp()> now = [] { return base::SystemClock().wall(); };
};

// Since the start.
struct CareCounts {
  std::uint64_t rounds = 0;  // through all blobs
  std::uint64_t blobs = 0;   // looked at
  std::uint64_t bytes = 0;
  std::uint64_t moved = 0;       // out of sparse segments
  std::uint64_t unreadable = 0;  // that a failing read hid
};

class Care {
 public:
  // All outlive it.
  Care(Database& database, CaredBlobs& blobs, base::Files& files, base::Log& log,
       CareOptions options);
  Care(const Care&) = delete;
  Care& operator=(const Care&) = delete;
  ~Care() = default;

  // From here on a thread of its own takes the steps.
  void start();
  [[nodiscard]] CareCounts counts();

  // Goes on with the round that a former process was in, and counts the time from the last one on.
  void resume();
  // Where the round stands, for the next process.
  void keep_place();
  // How long until a round is due.
  [[nodiscard]] std::chrono::milliseconds rest() const;

  // One blob of those that were read; false when none waits.
  bool look_at_read();
  // The next rows of a round; returns false at the round's end. Emptying of sparse segments is part
  // of it.
  bool take_round_step();

 private:
  void run(const std::stop_token& stop);
  void work(const std::stop_token& stop);
  // A step of the round, if it is time for one; and its place kept now and then.
  void go_round();
  void begin_round();
  [[nodiscard]] BlobState look(const BlobPlace& place);
  // Between two steps of a body: keeps the pace, and ends a look that nobody waits for any more.
  void breathe(std::size_t bytes);
  void look_at_row(const BlobTable& table, const BlobRow& row);
  void judge(const BlobId& id, const std::string& holder, const BlobState& state);
  [[nodiscard]] bool lies_in_sparse(const BlobId& id) const;
  void move(const BlobTable& table, const std::vector<BlobRow>& rows);
  void count(const BlobState& state);

  Database& database_;
  CaredBlobs& blobs_;
  base::Log& log_;
  const CareOptions options_;
  BlobCheck check_;
  RoundPlaces places_;
  // The round's place.
  std::size_t table_ = 0;
  std::vector<Cell> after_;
  std::vector<std::uint32_t> sparse_;
  bool is_in_round_ = false;
  base::Timestamp ended_;  // the last round; the epoch: there was none
  // The thread's own.
  std::stop_token stop_;
  std::chrono::steady_clock::time_point next_round_;
  std::chrono::steady_clock::time_point next_keeping_;
  bool is_paced_ = false;
  std::uint64_t unpaced_bytes_ = 0;  // read since the last pause

  std::mutex mutex_;
  std::condition_variable_any pause_;
  CareCounts counts_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace millrace::store
