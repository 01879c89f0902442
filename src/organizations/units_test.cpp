#include "organizations/units.hpp"

#include "organizations/limits.hpp"
#include "organizations/testing/tree.hpp"

namespace millrace::organizations {
namespace {

class Units : public testing::Tree {};

TEST_F(Units, HaveAWSsIdsAndTheDefaultPolicy) {
  const Unit made =
      create_unit(organization, {.parent = organization.root, .name = "dev", .tags = {}}, random);
  EXPECT_TRUE(made.id.starts_with("ou-" + organization.root.substr(2) + "-"));
  EXPECT_EQ(made.attached, std::vector<std::string>{std::string(full_access)});
  EXPECT_EQ(path_text(organization, made.id),
            organization.id + "/" + organization.root + "/" + made.id + "/");
}

TEST_F(Units, HaveNamesOfTheirOwnBelowOneParent) {
  const std::string dev = unit(organization.root, "dev");
  testing::expect_refused(Why::duplicate_unit, "", [&] { unit(organization.root, "dev"); });
  unit(dev, "dev");
  const std::string test = unit(organization.root, "test");
  testing::expect_refused(Why::duplicate_unit, "",
                          [&] { rename_unit(organization, test, std::string("dev")); });
  rename_unit(organization, test, std::string("test"));
  rename_unit(organization, test, std::string("prod"));
  EXPECT_EQ(unit_of(organization, test).name, "prod");
}

TEST_F(Units, NestToALimit) {
  std::string parent = organization.root;
  for (std::size_t depth = 0; depth < max_unit_depth; ++depth) parent = unit(parent, "below");
  testing::expect_refused(Why::constraint, "OU_DEPTH_LIMIT_EXCEEDED", [&] { unit(parent, "x"); });
}

TEST_F(Units, AreSoManyAtMost) {
  for (std::size_t number = 0; number < max_units; ++number) {
    const std::string id = "ou-" + std::to_string(number);
    organization.units[id] =
        Unit{.id = id, .name = std::to_string(number), .parent = organization.root};
  }
  testing::expect_refused(Why::constraint, "OU_NUMBER_LIMIT_EXCEEDED",
                          [&] { unit(organization.root, "one more"); });
}

TEST_F(Units, AreErasedWhenNothingIsInThem) {
  const std::string dev = unit(organization.root, "dev");
  const std::string below = unit(dev, "below");
  testing::expect_refused(Why::unit_not_empty, "", [&] { erase_unit(organization, dev); });
  erase_unit(organization, below);
  add(testing::member);
  move_account(organization, {.account = testing::member, .from = organization.root, .to = dev},
               now);
  testing::expect_refused(Why::unit_not_empty, "", [&] { erase_unit(organization, dev); });
  move_account(organization, {.account = testing::member, .from = dev, .to = organization.root},
               now);
  erase_unit(organization, dev);
  testing::expect_refused(Why::unit_not_found, "", [&] { erase_unit(organization, dev); });
}

TEST_F(Units, TheRootIsNone) {
  testing::expect_refused(Why::unit_not_found, "",
                          [&] { erase_unit(organization, organization.root); });
  testing::expect_refused(Why::parent_not_found, "", [&] { unit("ou-none-00000000", "x"); });
}

}  // namespace
}  // namespace millrace::organizations
