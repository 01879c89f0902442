// Where a question goes out from: the loop on which it is asked, else a thread of the client's own.
#include "http/client.hpp"

#include "http/client_pool.hpp"
#include "http/loop.hpp"

#include <future>
#include <stdexcept>
#include <thread>

namespace millrace::http {

namespace {

constexpr std::size_t scratch_bytes = 64 * 1024;

class AnyThreadClient final : public Client {
 public:
  AnyThreadClient() : scratch_(scratch_bytes), pool_(poller_, scratch_) {
    thread_ = std::thread([this] { poller_.run(); });
  }

  ~AnyThreadClient() override {
    poller_.post([this] {
      pool_.shut_down();
      poller_.stop();
    });
    thread_.join();
  }

  void send(
      Ask ask,
      std::function<void(std::optional<ClientReply>, std::optional<ClientError>)> done) override {
    auto turn = std::make_unique<Turn>();
    turn->ask = std::move(ask);
    turn->done = std::move(done);
    // Two changes of thread would cost more than the question itself.
    if (Loop* const here = Loop::current()) return here->asks().accept(std::move(turn));
    // Shared, as what is posted can be copied.
    auto posted = std::make_shared<std::unique_ptr<Turn>>(std::move(turn));
    poller_.post([this, posted] { pool_.accept(std::move(*posted)); });
  }

 private:
  Poller poller_;
  std::vector<char> scratch_;
  ClientPool pool_;
  std::thread thread_;
};

}  // namespace

ClientReply Client::send_and_wait(Ask ask) {
  std::promise<ClientReply> promise;
  std::future<ClientReply> future = promise.get_future();
  send(std::move(ask), [&](std::optional<ClientReply> reply, std::optional<ClientError> error) {
    if (reply)
      promise.set_value(std::move(*reply));
    else
      promise.set_exception(std::make_exception_ptr(std::runtime_error(error->what)));
  });
  return future.get();
}

std::unique_ptr<Client> make_client() { return std::make_unique<AnyThreadClient>(); }

}  // namespace millrace::http
