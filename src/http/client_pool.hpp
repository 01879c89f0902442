// A loop's connections to local sockets: kept while they are of use, bounded in number, with a
// bounded queue before them.
#pragma once

#include "http/client_connection.hpp"

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::http {

// Used on its loop's thread only. `scratch` is shared with whatever else runs there.
class ClientPool final : public ClientConnectionOwner {
 public:
  ClientPool(Poller& poller, std::span<char> scratch) : poller_(poller), scratch_(scratch) {}

  void accept(std::unique_ptr<Turn> turn);
  // Answers all turns with an error and closes; further ones are refused.
  void shut_down();

 private:
  struct Peer {
    std::list<std::unique_ptr<ClientConnection>> connections;
    std::vector<ClientConnection*> idle;
    ClientConnection* series = nullptr;  // of the turns that may follow one another
    std::deque<std::unique_ptr<Turn>> waiting;
  };

  void place(std::unique_ptr<Turn> turn);
  void place_on_new(Peer& peer, std::unique_ptr<Turn> turn);
  void join_series(Peer& peer, std::unique_ptr<Turn> turn);
  [[nodiscard]] ClientConnection* connect(Peer& peer, std::unique_ptr<Turn>& turn);
  void send_series();
  void ended(ClientConnection& connection, std::unique_ptr<Turn> turn, Outcome outcome) override;
  void released(ClientConnection& connection) override;
  void begin_waiting(Peer& peer);
  void answer(std::unique_ptr<Turn> turn, std::optional<ClientReply> reply,
              std::optional<ClientError> error);
  void time_out(Turn& turn);

  Poller& poller_;
  std::span<char> scratch_;
  std::map<std::string, Peer> peers_;  // by path
  std::vector<ClientConnection*> to_send_;
  bool shut_ = false;
};

}  // namespace millrace::http
