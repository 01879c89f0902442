#include "app/use_writer.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>

namespace millrace::app {

namespace {

// As much as a crash makes the server forget.
constexpr std::chrono::seconds write_interval{60};

}  // namespace

void UseWriter::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void UseWriter::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  write();
}

void UseWriter::write() {
  try {
    uses_.write(clock_.service());
  } catch (const std::exception& error) {
    log_.write(base::Level::error,
               std::string("uses of keys and roles: ") + error.what() + "; tried again later");
  }
}

void UseWriter::work(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wakes;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    wakes.wait_for(lock, stop, write_interval, [] { return false; });
    if (!stop.stop_requested()) write();
  }
}

}  // namespace millrace::app
