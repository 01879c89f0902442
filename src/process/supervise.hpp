// The supervisor: the process that outlives the server beside one work, keeps its log, ends it in
// time and packs what it made.
#pragma once

#include "base/time.hpp"

#include <string>

namespace millrace::process {

// `millrace supervise --folder DIR`: reads DIR/spec.json and returns at once in the caller's
// process, with its exit code; a child of it, nobody's relative, does the rest and exits. Only
// `Supervision::start` calls it, for it hands over lock and socket.
[[nodiscard]] int supervise(const std::string& folder, const base::Clock& clock);

// One byte a message on the folder's socket.
namespace message {
constexpr char stop = 's';           // to the supervisor: end the work, with grace
constexpr char kill = 'k';           // to the supervisor: end it at once
constexpr char state_changed = 'S';  // from it
constexpr char log_grew = 'L';       // from it
}  // namespace message

}  // namespace millrace::process
