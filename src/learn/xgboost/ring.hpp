// The library's collective: the processes that train one model, each on rows of its own, in a ring
// on this machine.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::xgboost {

// Belongs to its thread. All processes ask the same questions in the same order, and each waits for
// the others' answers. One alone asks nobody.
class Ring {
 public:
  // Returns when all have come. Throws LibraryError.
  explicit Ring(const Hosts& hosts);
  // Parts from the others in peace, but where an exception ends the training: then they are left
  // waiting for whoever ends the processes.
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  [[nodiscard]] bool leads() const { return rank_ == 0; }
  [[nodiscard]] bool any(bool own) const { return largest(own ? 1 : 0) > 0; }
  [[nodiscard]] double largest(double own) const;
  [[nodiscard]] double mean(double own) const;

 private:
  int count_;
  int rank_;
  int exceptions_;
  void* tracker_ = nullptr;  // the leader's
};

}  // namespace millrace::learn::xgboost
