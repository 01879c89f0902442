// Heads found in a buffer and read, and chunks decoded however they are cut.
#include "http/parser.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

TEST(FindHead, FindsTheEmptyLineFromWhereItStopped) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  std::size_t from = 0;
  for (std::size_t size = 0; size < head.size(); ++size) {
    const HeadSearch search = find_head(std::string_view(head).substr(0, size), from);
    ASSERT_EQ(search.state, HeadSearch::State::incomplete) << size;
    EXPECT_LE(search.size, size);
    from = search.size;
  }
  const HeadSearch found = find_head(head + "body\n", from);
  EXPECT_EQ(found.state, HeadSearch::State::complete);
  EXPECT_EQ(found.size, head.size());
}

TEST(FindHead, RefusesALineWithoutCarriageReturn) {
  EXPECT_EQ(find_head("GET / HTTP/1.1\nHost: x\r\n\r\n", 0).state, HeadSearch::State::malformed);
  EXPECT_EQ(find_head("\n", 0).state, HeadSearch::State::malformed);
}

TEST(Parser, ReadsWhatTheHeadSays) {
  Parser parser(Parser::Kind::request);
  Request request;
  const std::string head =
      "PUT /b/k?partNumber=1 HTTP/1.1\r\nhost: s3\r\nX-Empty:\r\nx-amz: \t a b "
      "\t\r\nContent-Length: 5\r\n\r\n";
  ASSERT_EQ(parser.read_request(head, 10, request), 0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.path, "/b/k");
  EXPECT_EQ(request.query, "partNumber=1");
  EXPECT_EQ(request.headers.get("Host"), "s3");
  EXPECT_EQ(request.headers.get("X-AMZ"), "a b");
  ASSERT_TRUE(request.headers.has("x-empty"));
  EXPECT_EQ(request.headers.get("x-empty"), "");
  EXPECT_EQ(request.content_length, 5);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_EQ(parser.read_request(head, 3, request), 431);
}

TEST(Parser, ReducesAnAbsoluteTarget) {
  Parser parser(Parser::Kind::request);
  Request request;
  ASSERT_EQ(parser.read_request("GET http://a.b:1?c HTTP/1.1\r\nHost: other\r\n\r\n", 10, request),
            0);
  EXPECT_EQ(request.target, "/?c");
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query, "c");
  EXPECT_EQ(request.headers.get("host"), "a.b:1");
}

TEST(Parser, DecodesChunksHoweverTheyAreCut) {
  const std::string head = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunks =
      "5\r\nhello\r\nA;x=\"y\"\r\n, all of i\r\n1\r\nt\r\n0\r\nTrailer: 1\r\n\r\n";
  for (std::size_t step = 1; step <= chunks.size() + 4; ++step) {
    Parser parser(Parser::Kind::request);
    Request request;
    ASSERT_EQ(parser.read_request(head, 10, request), 0);
    std::string body;
    std::string left = chunks + "GET ";
    bool end = false;
    while (!end) {
      char out[128];
      const Parser::Decoded decoded = parser.decode(std::string_view(left).substr(0, step), out);
      ASSERT_FALSE(decoded.failed) << step;
      body.append(out, decoded.produced);
      left.erase(0, decoded.consumed);
      end = decoded.end;
    }
    EXPECT_EQ(body, "hello, all of it");
    EXPECT_EQ(left, "GET ");
  }
}

TEST(Parser, BoundsTrailers) {
  Parser parser(Parser::Kind::request);
  Request request;
  ASSERT_EQ(parser.read_request("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                                10, request),
            0);
  std::string out(20'000, '\0');
  EXPECT_TRUE(parser.decode("0\r\nT: " + std::string(10'000, 't') + "\r\n\r\n", out.data()).failed);
}

TEST(Parser, ReadsAnswers) {
  Parser parser(Parser::Kind::response);
  int status = 0;
  Headers headers;
  ASSERT_TRUE(parser.read_response("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\n", 10,
                                   status, headers));
  EXPECT_EQ(status, 404);
  EXPECT_EQ(parser.content_length(), 3);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_FALSE(parser.read_response("HTTP/1.1 4x4 Not\r\n\r\n", 10, status, headers));
}

}  // namespace
}  // namespace millrace::http
