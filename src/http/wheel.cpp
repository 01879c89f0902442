// The ring of lists behind deadlines.
#include "http/wheel.hpp"

namespace millrace::http {

void WheelNode::unlink() {
  if (before_ == nullptr) return;
  before_->after_ = after_;
  after_->before_ = before_;
  before_ = after_ = nullptr;
}

Wheel::Wheel(std::int64_t now_s) : now_s_(now_s) {
  for (WheelNode& slot : ring_) slot.before_ = slot.after_ = &slot;
}

void Wheel::place(WheelNode& node, std::int64_t seconds) {
  node.unlink();
  node.due_s_ = now_s_ + seconds + 1;
  WheelNode& slot = ring_[static_cast<std::size_t>(node.due_s_) % slots];
  node.before_ = slot.before_;
  node.after_ = &slot;
  slot.before_->after_ = &node;
  slot.before_ = &node;
}

void Wheel::turn(std::int64_t now_s) {
  // After a long sleep of the machine one full round reaches every node.
  if (now_s - now_s_ > static_cast<std::int64_t>(slots))
    now_s_ = now_s - static_cast<std::int64_t>(slots);
  while (now_s_ < now_s) {
    ++now_s_;
    expire_slot(ring_[static_cast<std::size_t>(now_s_) % slots]);
  }
}

void Wheel::expire_slot(Slot& slot) {
  // Expiring may unlink or place any node, so the due ones move to a list of their own first.
  Slot due;
  due.before_ = due.after_ = &due;
  for (WheelNode* node = slot.after_; node != &slot;) {
    WheelNode* next = node->after_;
    if (node->due_s_ <= now_s_) {
      node->unlink();
      node->before_ = due.before_;
      node->after_ = &due;
      due.before_->after_ = node;
      due.before_ = node;
    }
    node = next;
  }
  while (due.after_ != &due) {
    WheelNode* node = due.after_;
    node->unlink();
    node->expired();
  }
}

}  // namespace millrace::http
