// Work that is done beside other work and joined in its order, so that what comes out is the same
// for every number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace millrace::table {

// One step after another is taken by a worker, done beside the others' steps, and joined when all
// steps before it were: no more steps are under way than there are workers. `take` and `join` are
// never called twice at once.
struct Steps {
  std::function<bool(std::size_t worker)> take;  // false: there are no more steps
  std::function<void(std::size_t worker)> work;
  std::function<void(std::size_t worker)> join;
};

// The calling thread is worker 0. What the first failing step throws, in the order of the steps, is
// thrown again, and no later step is joined.
void run_in_order(std::size_t workers, const Steps& steps);

}  // namespace millrace::table
