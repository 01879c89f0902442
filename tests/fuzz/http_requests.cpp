// A connection's bytes: heads, sized and chunked bodies, pipelining. However the network cuts them,
// the same requests come out, or an attacker could have two readers see two different ones.
#include "fuzz.hpp"
#include "http/incoming.hpp"

namespace millrace::fuzz {
namespace {

class SteppedStream final : public http::Stream {
 public:
  SteppedStream(std::string_view bytes, std::size_t step) : reader_(bytes, step) {}
  http::Io read(char* out, std::size_t size) override {
    const std::size_t count = reader_.read(out, size);
    return {count > 0 ? http::Io::Kind::bytes : http::Io::Kind::end, count};
  }
  http::Io write(std::string_view, bool) override { return {}; }
  http::Io send_file(int, std::uint64_t, std::size_t, std::span<char>) override { return {}; }

 private:
  SteppedReader reader_;
};

// What a server would do with these bytes, in words.
std::string story(std::string_view input, std::size_t step) {
  http::BufferPool pool;
  http::Incoming incoming(pool, 4096);
  SteppedStream stream(input, step);
  std::string told;
  while (true) {
    http::Request request;
    int status = incoming.next_request(20, request);
    while (status == 0 && incoming.fill(stream).kind == http::Io::Kind::bytes)
      status = incoming.next_request(20, request);
    told += std::to_string(status) + ' ';
    if (status != 200) return told;
    told += request.method + ' ' + request.path + '?' + request.query + '\n';
    for (const auto& [name, value] : request.headers) told += name + ": " + value + '\n';
    char block[700];
    http::Io io{http::Io::Kind::bytes, 0};
    std::string body;
    while (!incoming.body_done() && io.kind == http::Io::Kind::bytes) {
      io = incoming.read_body(stream, block, sizeof block);
      body.append(block, io.count);
    }
    // How much of a body comes before it is found to be broken depends on how it is cut.
    if (!incoming.body_done()) return told + "broken";
    told += body;
    if (!incoming.keep_alive()) return told + "\nends";
  }
}

}  // namespace

void run(std::string_view input) { MILLRACE_ASSERT(story(input, 1) == story(input, 1 << 16)); }

}  // namespace millrace::fuzz
