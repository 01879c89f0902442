#include "jobs/instance_types.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::jobs {
namespace {

TEST(InstanceTypes, KnowWhatAMachineHas) {
  const InstanceType* const small = instance_type("ml.m5.large");
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(small->vcpus, 2);
  EXPECT_EQ(small->memory_gib, 8);
  EXPECT_EQ(accelerators_of(*small), "");
  EXPECT_EQ(accelerators_of(*instance_type("ml.g4dn.12xlarge")), "4 x T4");
  EXPECT_EQ(instance_type("ml.m5.tiny"), nullptr);
}

TEST(InstanceTypes, AreEachDeclaredOnceAndWhole) {
  std::set<std::string_view> names;
  for (const InstanceType& type : instance_types()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_GE(type.vcpus, 1) << type.name;
    EXPECT_GE(type.memory_gib, 1) << type.name;
    EXPECT_EQ(type.accelerators == 0, type.accelerator.empty()) << type.name;
  }
}

}  // namespace
}  // namespace millrace::jobs
