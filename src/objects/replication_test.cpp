// Which rules a version is replicated by, and what is said of how far it is.
#include "objects/replication.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

ObjectInfo object(const std::string& key, const Attributes& tags = {}) {
  ObjectInfo info;
  info.key = key;
  info.tags = tags;
  return info;
}

Replication of_rules(const std::string& rules) {
  return parse_replication(R"({"Role":"arn:aws:iam::111111111111:role/r","Rules":[)" + rules +
                           "]}");
}

std::string rule(const std::string& id, int priority, const std::string& filter,
                 const std::string& bucket, const std::string& more = "") {
  return R"({"ID":")" + id + R"(","Status":"Enabled","Priority":)" + std::to_string(priority) +
         R"(,"Filter":)" + filter + R"(,"Destination":{"Bucket":"arn:aws:s3:::)" + bucket + "\"}" +
         more + "}";
}

std::string chosen(const Replication& replication, const ObjectInfo& info,
                   Replicated what = Replicated::version) {
  std::string ids;
  for (const ReplicationRule& rule : rules_for(replication, info, what)) ids += rule.id;
  return ids;
}

TEST(Replication, EveryDestinationHasItsOwnRuleOfTheHighestPriority) {
  const auto rules =
      of_rules(rule("a", 1, R"({"Prefix":"star"})", "one") + "," +
               rule("b", 2, R"({"Prefix":"starship"})", "one") + "," + rule("c", 3, "{}", "two"));
  EXPECT_EQ(chosen(rules, object("starship-x")), "cb");
  EXPECT_EQ(chosen(rules, object("star")), "ca");
  EXPECT_EQ(chosen(rules, object("moon")), "c");
}

TEST(Replication, FiltersByTagsUnlessAChangeHasToFollow) {
  const auto rules = of_rules(rule(
      "a", 1, R"({"And":{"Prefix":"p","Tags":[{"Key":"k","Value":"v"},{"Key":"l","Value":""}]}})",
      "one"));
  EXPECT_EQ(chosen(rules, object("p", {{"k", "v"}, {"l", ""}, {"m", ""}})), "a");
  EXPECT_EQ(chosen(rules, object("p", {{"k", "v"}})), "");
  EXPECT_EQ(chosen(rules, object("p"), Replicated::change), "a");
  EXPECT_EQ(chosen(rules, object("q"), Replicated::change), "");
}

TEST(Replication, MarkersGoWhereTheyAreAskedForAndByRulesOfTheFirstVersion) {
  const auto marker = [](const Replication& rules) {
    return chosen(rules, object("k"), Replicated::marker);
  };
  const std::string on = R"(,"DeleteMarkerReplication":{"Status":"Enabled"})";
  EXPECT_EQ(marker(of_rules(rule("a", 1, "{}", "one", on))), "a");
  EXPECT_EQ(marker(of_rules(rule("a", 1, "{}", "one"))), "");
  EXPECT_EQ(marker(of_rules(R"({"ID":"a","Status":"Enabled","Prefix":"k","Destination":)"
                            R"({"Bucket":"arn:aws:s3:::one"}})")),
            "a");
}

TEST(Replication, LeavesOutWhatWasNotAskedFor) {
  ObjectInfo sealed = object("k");
  sealed.traits.encryption = {{"kind", "aws:kms"}, {"key", "arn"}};
  ObjectInfo archived = object("k");
  archived.traits.storage_class = "GLACIER";
  ObjectInfo replica = object("k");
  replica.traits.replication = "REPLICA";
  const auto plain = of_rules(rule("a", 1, "{}", "one"));
  for (const ObjectInfo& info : {sealed, archived, replica}) EXPECT_EQ(chosen(plain, info), "");
  const auto all = of_rules(rule("a", 1, "{}", "one",
                                 R"(,"SourceSelectionCriteria":{"SseKmsEncryptedObjects":)"
                                 R"({"Status":"Enabled"},"ReplicaModifications":)"
                                 R"({"Status":"Enabled"}})"));
  EXPECT_EQ(chosen(all, sealed), "a");
  EXPECT_EQ(chosen(all, replica, Replicated::change), "a");
  EXPECT_EQ(chosen(all, archived), "");
}

TEST(Replication, RulesThatAreOffAreNone) {
  EXPECT_TRUE(of_rules(R"({"ID":"a","Status":"Disabled","Prefix":"","Destination":)"
                       R"({"Bucket":"arn:aws:s3:::one"}})")
                  .rules.empty());
  EXPECT_TRUE(parse_replication("").rules.empty());
}

TEST(Replication, KeepsRulesUntilTheyAreOthers) {
  KnownReplications known;
  const auto bucket = [](const std::string& document) {
    return Bucket{.name = "b",
                  .account = {},
                  .region = {},
                  .created = {},
                  .settings = std::make_shared<Settings>(Settings{{"replication", document}})};
  };
  const std::string document = R"({"Role":"r","Rules":[)" + rule("a", 1, "{}", "one") + "]}";
  const auto first = known.of(bucket(document));
  EXPECT_EQ(known.of(bucket(document)), first);
  EXPECT_EQ(known.of(bucket(R"({"Role":"other","Rules":[]})"))->role, "other");
}

TEST(Replication, AStatusTellsHowFarAVersionOrItsChangesAre) {
  const auto shown = [](const std::string& status) {
    Traits traits;
    traits.replication = status;
    return std::string(shown_replication(traits));
  };
  EXPECT_EQ(shown("PENDING"), "PENDING");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(status_when_done("PENDING", true), "COMPLETED");
  EXPECT_EQ(status_when_done("PENDING", false), "FAILED");
  // What failed once is not tried again by a change.
  EXPECT_EQ(status_when_changed("FAILED"), "FAILED");
  EXPECT_EQ(status_when_changed("PENDING"), "PENDING");
  EXPECT_FALSE(awaits_replication("FAILED"));
  for (const std::string standing : {"COMPLETED", "REPLICA"}) {
    const std::string changed = status_when_changed(standing);
    EXPECT_TRUE(awaits_replication(changed));
    EXPECT_TRUE(was_replicated(changed));
    EXPECT_EQ(shown(changed), "PENDING");
    EXPECT_EQ(status_when_done(changed, true), standing);
    const std::string failed = status_when_done(changed, false);
    EXPECT_EQ(shown(failed), "FAILED");
    EXPECT_EQ(status_when_changed(failed), changed);
  }
  EXPECT_TRUE(is_replica("REPLICA/FAILED"));
  EXPECT_FALSE(is_replica("COMPLETED"));
}

}  // namespace
}  // namespace millrace::objects
