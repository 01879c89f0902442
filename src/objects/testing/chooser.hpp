// All acts of a simulation, chosen by chance from what the model has.
#pragma once

#include "objects/testing/bucket_acts.hpp"
#include "objects/testing/object_acts.hpp"
#include "objects/testing/replication_acts.hpp"
#include "objects/testing/upload_acts.hpp"

#include <initializer_list>
#include <vector>

namespace millrace::objects::testing {

class Chooser {
 public:
  // Both outlive it.
  Chooser(base::Random& random, const base::ManualClock& clock) : choice_(random, clock) {
    for (const auto& acts : {object_acts(), upload_acts(), bucket_acts(), replication_acts()}) {
      for (const PossibleAct& act : acts) {
        const auto times = static_cast<std::size_t>(act.weight);
        drawn_.insert(drawn_.end(), times, act.make);
      }
    }
  }

  Act choose(const World& world) {
    if (world.empty()) return make_bucket("a");
    const std::string bucket = choice_.any_key(world);
    return drawn_[choice_.below(drawn_.size())](choice_, world, bucket);
  }

 private:
  Choice choice_;
  std::vector<decltype(PossibleAct::make)> drawn_;  // each as often as its weight
};

}  // namespace millrace::objects::testing
