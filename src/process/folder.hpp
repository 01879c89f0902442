// The files of a work's folder that server and supervisor share: lock, state, socket.
#pragma once

#include "process/descriptor.hpp"
#include "process/spec.hpp"

#include <optional>
#include <string>

namespace millrace::process {

// The last state that was written whole; nothing where none was yet.
[[nodiscard]] std::optional<State> read_state(const std::string& folder);
// Seen whole or not at all. One that calls itself synced is durable when it returns; the others die
// with the supervisor in any case.
void write_state(const std::string& folder, const State& state);

// Holds FOLDER/lock; an empty descriptor when somebody else does.
[[nodiscard]] Descriptor try_lock(const std::string& folder);

// The socket FOLDER/socket, whatever the length of the path (a socket's own address has 108 bytes).
[[nodiscard]] Descriptor listen_in(const std::string& folder);
// An empty descriptor when nobody listens.
[[nodiscard]] Descriptor connect_in(const std::string& folder);

}  // namespace millrace::process
