// One shape for tests of survival: a workload runs on a disk of which a call fails or whose power
// goes, in one process or several, and then a process on a disk that works looks at what is there.
#pragma once

#include "base/random.hpp"
#include "base/testing/faulty_files.hpp"
#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace millrace::base::testing {

// The data folder is durable before anything is opened in it, as whoever starts the program has it.
struct Disk {
  Disk() {
    memory.make_folders("/data");
    memory.sync_folder("/");
  }
  MemoryFiles memory;
  FaultyFiles files{memory};
};

// What is tested, and what it was told is done; it outlives the processes that it stands for.
class Workload {
 public:
  virtual ~Workload() = default;
  // What is there before anything fails.
  virtual void prepare(FaultyFiles&, Random&) {}
  // A process opens its state and does its steps; a failure of the files may end it early.
  virtual void run(FaultyFiles& files, Random& random) = 0;
  // The process is killed.
  virtual void end() = 0;
  // The process ends because there is no power, and all others with it.
  virtual void lose_power(Random&) { end(); }
  // Another process: what was acknowledged is there, what was not wholly or not at all, and it
  // works.
  virtual void expect_sound(FaultyFiles& files, Random& random) = 0;
};

// What may be under each name: one state after an acknowledgement, several after a `Failure`; none
// at first.
template <class State, class Failure>
class Expected {
 public:
  using Found = std::optional<State>;

  template <class Act>
  void attempt(const std::string& name, const Found& after, const Act& act) {
    attempt({{name, after}}, act);
  }
  // One act that changes what is under several names.
  template <class Act>
  void attempt(const std::map<std::string, Found>& after, const Act& act) {
    try {
      act();
      for (const auto& [name, state] : after) at(name) = {state};
    } catch (const Failure&) {
      for (const auto& [name, state] : after) at(name).insert(state);
    }
  }
  // What changes nothing, whatever becomes of it.
  template <class Act>
  void attempt(const Act& act) {
    try {
      act();
    } catch (const Failure&) {
      return;
    }
  }
  // What is found stays so.
  void check(const std::string& name, const Found& found) {
    EXPECT_TRUE(at(name).contains(found)) << name;
    at(name) = {found};
  }

 private:
  std::set<Found>& at(const std::string& name) {
    return states_.try_emplace(name, std::set<Found>{std::nullopt}).first->second;
  }
  std::map<std::string, std::set<Found>> states_;
};

// MILLRACE_SEED repeats the choices of a run.
inline std::uint64_t first_seed() {
  const char* const given = std::getenv("MILLRACE_SEED");
  SystemRandom chance;
  const std::uint64_t seed =
      given != nullptr ? std::stoull(given) : random_number(chance) % 1'000'000'000;
  std::cout << "MILLRACE_SEED=" << seed << "\n";
  return seed;
}

// A workload with a disk of its own, ready to fail.
template <class W>
struct Trial {
  explicit Trial(std::uint64_t seed) : random(seed) { workload.prepare(disk.files, random); }

  void run(std::uint64_t failing_call, Fault fault) {
    disk.files.fail_at(failing_call, fault);
    workload.run(disk.files, random);
  }
  void lose_power() {
    disk.memory.power_off();
    workload.lose_power(random);
    disk.memory.power_on(random);
  }
  void expect_sound() {
    disk.files.mend();
    workload.expect_sound(disk.files, random);
    workload.end();
  }

  Disk disk;
  SeededRandom random;
  W workload;
};

// How many file calls the workload makes when none fails.
template <class W>
std::uint64_t calls_of() {
  Trial<W> trial(1);
  trial.run(0, Fault::once);
  const std::uint64_t calls = trial.disk.files.calls();
  trial.workload.end();
  return calls;
}

template <class W>
void survive_each_failing_call(Fault fault) {
  const std::uint64_t calls = calls_of<W>();
  ASSERT_GT(calls, 30U);
  for (std::uint64_t n = 1; n <= calls && !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    Trial<W> trial(n);
    trial.run(n, fault);
    trial.workload.end();
    trial.expect_sound();
  }
}

template <class W>
void survive_a_loss_of_power_at_each_call() {
  const std::uint64_t calls = calls_of<W>();
  for (std::uint64_t n = 1; n <= calls && !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    Trial<W> trial(n);
    trial.run(n, Fault::for_good);
    trial.lose_power();
    trial.expect_sound();
  }
}

// The power goes at any call; up to so many processes were killed at any call before, so that one
// has to keep what another did not sync.
template <class W>
void survive_losses_of_power(std::uint64_t rounds, std::uint64_t most_killed) {
  const std::uint64_t calls = calls_of<W>();
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + rounds && !::testing::Test::HasFailure();
       ++seed) {
    SCOPED_TRACE("MILLRACE_SEED=" + std::to_string(seed));
    Trial<W> trial(seed);
    const auto any_call = [&] { return 1 + random_number(trial.random) % calls; };
    for (auto killed = random_number(trial.random) % (most_killed + 1); killed > 0; --killed) {
      trial.run(any_call(), Fault::for_good);
      trial.workload.end();
    }
    trial.run(any_call(), Fault::for_good);
    trial.lose_power();
    trial.expect_sound();
  }
}

// After a failed sync the system may forget what was to be synced and report later syncs as good;
// only the process that was told of the failure can know.
template <class W>
void survive_each_lost_sync() {
  Trial<W> counted(1);
  counted.run(0, Fault::once);
  const std::uint64_t syncs = counted.disk.memory.syncs();
  counted.workload.end();
  ASSERT_GT(syncs, 20U);
  for (std::uint64_t n = 1; n <= syncs && !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("sync " + std::to_string(n));
    Trial<W> trial(n);
    trial.disk.memory.lose_sync(n);
    trial.run(0, Fault::once);
    trial.lose_power();
    trial.expect_sound();
  }
}

}  // namespace millrace::base::testing
