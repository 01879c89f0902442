// A child of the server's own for one answer: reads what it is handed, writes frames, and is gone
// with this object. No supervisor, no folder: nothing of it outlives the server.
#pragma once

#include "base/frame.hpp"
#include "base/stream.hpp"
#include "process/descriptor.hpp"

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::process {

struct PipedChildSpec {
  std::string program;  // an absolute path
  std::vector<std::string> arguments;
  std::string folder;  // where it stands
};

class PipedChild {
 public:
  // Hands `first`, then all of `input`, to the child's standard input while frames are waited for.
  // Throws base::FileError where it cannot be started.
  PipedChild(const PipedChildSpec& spec, std::string first, std::unique_ptr<base::Reader> input);
  ~PipedChild();  // ends it
  PipedChild(const PipedChild&) = delete;
  PipedChild& operator=(const PipedChild&) = delete;

  // The next frame of its standard output; nothing at the end (has_ended) or when the time is over.
  // Throws what `input` throws.
  [[nodiscard]] std::optional<base::Frame> next(std::chrono::milliseconds wait);
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  void refill();
  void feed();
  void take_output();
  void stop_feeding();

  pid_t id_ = -1;
  Descriptor to_child_;
  Descriptor from_child_;
  std::unique_ptr<base::Reader> input_;
  std::string pending_;  // for the child
  std::size_t fed_ = 0;  // of it
  std::string output_;   // of the child
  bool has_ended_ = false;
};

}  // namespace millrace::process
