// The server's thread that replicates: woken by what becomes of objects, it has done what is due.
#pragma once

#include "base/log.hpp"
#include "objects/replicator.hpp"

#include <thread>

namespace millrace::app {

class Replication {
 public:
  Replication(objects::ObjectStore& objects, identity::Authority& authority, base::Log& log,
              objects::ReplicationListener& listener)
      : replicator_(objects, authority, log, &listener, objects::replication_threads_limit),
        log_(log) {}

  // Goes on where the last server was.
  void start();
  // A copy that is being made is given up; the next server makes it.
  void stop();

 private:
  void work(const std::stop_token& stop);

  objects::Replicator replicator_;
  base::Log& log_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace millrace::app
