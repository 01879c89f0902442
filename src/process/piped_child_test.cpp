// Children between pipes: fed and read at once, ended with their object, and no signal when they
// go.
#include "process/piped_child.hpp"

#include "base/files.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace millrace::process {
namespace {

using namespace std::chrono_literals;

class Repeated final : public base::Reader {
 public:
  Repeated(char what, std::size_t count) : what_(what), left_(count) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min(size, left_);
    std::fill_n(out, count, what_);
    left_ -= count;
    return count;
  }

 private:
  char what_;
  std::size_t left_;
};

PipedChildSpec shell(const std::string& script) {
  return {.program = "/bin/sh", .arguments = {"-c", script}, .folder = "/tmp"};
}

std::unique_ptr<base::Reader> bytes(std::size_t count) {
  return std::make_unique<Repeated>('x', count);
}

TEST(PipedChild, IsFedWhileItAnswers) {
  constexpr std::size_t frames = 40;
  constexpr std::size_t size = 256 * 1024;
  const std::string head = base::write_frame('a', std::string(size, ' ')).substr(0, 5);
  // Each frame that goes in comes out again.
  std::string first;
  for (std::size_t i = 0; i < frames; ++i) first += head + std::string(size, 'y');
  PipedChild child(shell("exec cat"), first, bytes(0));
  std::size_t got = 0;
  while (const auto frame = child.next(20s)) {
    EXPECT_EQ(frame->kind, 'a');
    EXPECT_EQ(frame->bytes.size(), size);
    ++got;
  }
  EXPECT_EQ(got, frames);
  EXPECT_TRUE(child.has_ended());
}

TEST(PipedChild, GivesUpWaitingAndGoesOn) {
  PipedChild child(shell("sleep 0.2; printf 'a\\001\\000\\000\\000z'"), "", bytes(0));
  EXPECT_FALSE(child.next(10ms));
  EXPECT_FALSE(child.has_ended());
  const auto frame = child.next(20s);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->bytes, "z");
}

TEST(PipedChild, MayEndBeforeItHasReadAll) {
  PipedChild child(shell("printf 'a\\000\\000\\000\\000'"), "", bytes(100'000'000));
  EXPECT_TRUE(child.next(20s));
  EXPECT_FALSE(child.next(20s));
  EXPECT_TRUE(child.has_ended());
}

TEST(PipedChild, EndsWithItsObject) {
  pid_t id = 0;
  {
    PipedChild child(shell("printf 'a\\000\\000\\000\\000'; exec sleep 100"), "", bytes(0));
    EXPECT_TRUE(child.next(20s));
    id = child.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(PipedChild, OfNoProgramIsRefused) {
  EXPECT_THROW(PipedChild({.program = "/no/such/program", .folder = "/tmp"}, "", bytes(0)),
               base::FileError);
}

TEST(PipedChild, OfATooLargeFrameIsAtItsEnd) {
  PipedChild child(shell("printf 'a\\377\\377\\377\\377'; exec sleep 100"), "", bytes(0));
  EXPECT_FALSE(child.next(20s));
  EXPECT_TRUE(child.has_ended());
}

}  // namespace
}  // namespace millrace::process
