// State by atomic replacement, the lock by flock, the socket by an address that any path fits.
#include "process/folder.hpp"

#include "base/files.hpp"
#include "base/json.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace millrace::process {
namespace {

// Reached through the folder's descriptor, so that the address stays short.
sockaddr_un socket_address(const Descriptor& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder.get()) + "/socket";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Descriptor open_folder(const std::string& folder) {
  Descriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened) throw base::FileError(errno, folder);
  return opened;
}

Descriptor new_socket() {
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) throw base::FileError(errno, "socket");
  return made;
}

}  // namespace

std::optional<State> read_state(const std::string& folder) {
  base::SystemFiles files;
  const std::string path = folder + "/state";
  if (!files.exists(path)) return std::nullopt;
  try {
    return state_from(base::parse_json(base::read_file(files, path)));
  } catch (const std::runtime_error&) {
    return std::nullopt;  // not synced when power failed, so not the final one
  }
}

void write_state(const std::string& folder, const State& state) {
  base::SystemFiles files;
  const std::string path = folder + "/state";
  const std::string text = base::write_json(to_value(state));
  if (state.synced) return base::replace_file(files, path, text);
  const std::string fresh = path + ".new";
  files.remove(fresh);
  files.open(fresh, base::Open::create_new)->write_at(0, text);
  files.rename(fresh, path);
}

Descriptor try_lock(const std::string& folder) {
  const std::string path = folder + "/lock";
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) throw base::FileError(errno, path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) throw base::FileError(errno, path);
  return {};
}

Descriptor listen_in(const std::string& folder) {
  const std::string path = folder + "/socket";
  ::unlink(path.c_str());
  const Descriptor opened = open_folder(folder);
  const sockaddr_un address = socket_address(opened);
  Descriptor made = new_socket();
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made.get(), 8) != 0) {
    throw base::FileError(errno, path);
  }
  return made;
}

Descriptor connect_in(const std::string& folder) {
  const Descriptor opened = open_folder(folder);
  const sockaddr_un address = socket_address(opened);
  Descriptor made = new_socket();
  if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  return made;
}

}  // namespace millrace::process
