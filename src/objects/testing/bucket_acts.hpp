// Acts on buckets and what is configured of them, and what the server does by itself: time goes by,
// lifecycles are carried out, blobs are looked after.
#pragma once

#include "objects/testing/object_acts.hpp"

#include <string>
#include <vector>

namespace millrace::objects::testing {

inline Act make_bucket(const std::string& name) {
  return one_commit(
      "make bucket " + name, [=](World& after) { after.try_emplace(name); },
      [=](Process& process) {
        if (process.objects->bucket(name)) return;
        process.objects->create_bucket(
            process.alice,
            Bucket{
                .name = name, .account = process.account, .region = Process::region, .created = {}},
            {});
      });
}

inline Act make_or_erase(Choice&, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (!in.objects.empty() || !in.uploads.empty()) return make_bucket("b");
  return one_commit(
      "erase bucket " + bucket, [=](World& after) { after.erase(bucket); },
      [=](Process& process) { process.objects->delete_bucket(process.alice, bucket); });
}

inline Act tag_bucket(Choice& choice, const World&, const std::string& bucket) {
  const int mark = choice.next();
  return one_commit(
      "tag bucket " + bucket, [=](World& after) { after.at(bucket).mark = mark; },
      [=](Process& process) {
        process.objects->set_bucket_tags(process.alice, bucket, {{"mark", std::to_string(mark)}});
      });
}

inline Act set(const std::string& bucket, const std::string& kind, std::string_view document,
               const Alter& in_model) {
  return one_commit("configure " + kind + " of " + bucket, in_model,
                    [=, text = std::string(document)](Process& process) {
                      process.objects->set_setting(
                          process.alice, SettingName{.bucket = bucket, .kind = kind, .id = {}},
                          text);
                    });
}

inline Act configure(Choice& choice, const World&, const std::string& bucket) {
  const int mark = choice.next();
  return set(bucket, "cors", std::to_string(mark),
             [=](World& after) { after.at(bucket).setting = mark; });
}

inline Act keep_versions(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (in.mark % 2 != 0) return put(choice, world, bucket);
  const bool is_on = in.versioning == Versioning::enabled;
  if (is_on && in.is_followed) return put(choice, world, bucket);  // which S3 refuses
  const Versioning next = is_on ? Versioning::suspended : Versioning::enabled;
  return set(bucket, "versioning", is_on ? versioning_suspended : versioning_enabled,
             [=](World& after) { after.at(bucket).versioning = next; });
}

inline Act plan_lifecycle(Choice& choice, const World&, const std::string& bucket) {
  const auto plan = choice.below(plans().size());
  return set(bucket, "lifecycle", plans()[plan].document,
             [=](World& after) { after.at(bucket).lifecycle = static_cast<int>(plan); });
}

// The disk has no part in it.
inline Act pass_days(Choice& choice, const World&, const std::string&) {
  const std::chrono::days days(1 + choice.below(2));
  return one_commit(
      "let days go by", [](World&) {}, [=](Process& process) { process.clock.advance(days); });
}

// Bucket by bucket: what is due of its versions, then of its uploads.
inline Act run_lifecycles(Choice& choice, const World& world, const std::string&) {
  const int today = choice.today();
  Act act{.name = "run lifecycles", .in_model = {}, .in_store = [](Process& process) {
            process.replicate();  // nothing ends that waits for its copies
            (void)process.objects->run_lifecycles();
          }};
  for (const auto& [name, bucket] : world) {
    if (bucket.lifecycle == 0) continue;
    act.in_model.push_back(
        [=, name = name](World& after) { carry_out_plan(after.at(name), today); });
    act.in_model.push_back(
        [=, name = name](World& after) { abort_by_plan(after.at(name), today); });
  }
  if (act.in_model.empty()) act.in_model.push_back([](World&) {});
  return act;
}

// Changes nothing that anybody sees.
inline Act look_after(Choice&, const World&, const std::string&) {
  return one_commit(
      "look after all blobs", [](World&) {},
      [](Process& process) {
        while (process.care.take_round_step()) {
        }
      });
}

inline std::vector<PossibleAct> bucket_acts() {
  return {{.make = make_or_erase},  {.make = tag_bucket},     {.make = configure},
          {.make = keep_versions},  {.make = plan_lifecycle}, {.make = pass_days},
          {.make = run_lifecycles}, {.make = look_after}};
}

}  // namespace millrace::objects::testing
