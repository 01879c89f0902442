// Deadlines of many connections at the cost of a list operation each: a ring of lists, turned once
// a second.
#pragma once

#include <array>
#include <cstdint>

namespace millrace::http {

// A member of what has the deadline; leaves its wheel when destroyed.
class WheelNode {
 public:
  WheelNode() = default;
  virtual ~WheelNode() { unlink(); }
  WheelNode(const WheelNode&) = delete;
  WheelNode& operator=(const WheelNode&) = delete;
  void unlink();

 protected:
  virtual void expired() = 0;

 private:
  friend class Wheel;
  WheelNode* before_ = nullptr;
  WheelNode* after_ = nullptr;
  std::int64_t due_s_ = 0;
};

class Wheel {
 public:
  explicit Wheel(std::int64_t now_s);
  Wheel(const Wheel&) = delete;
  Wheel& operator=(const Wheel&) = delete;

  // Replaces the node's former deadline; it expires between `seconds` and `seconds` + 1 from now.
  void place(WheelNode& node, std::int64_t seconds);
  // Calls expired() of each node whose time has come, after taking it off.
  void turn(std::int64_t now_s);

 private:
  struct Slot final : WheelNode {
    void expired() override {}
  };
  static constexpr std::size_t slots = 128;
  void expire_slot(Slot& slot);

  std::int64_t now_s_;
  std::array<Slot, slots> ring_;
};

}  // namespace millrace::http
