#include "service/s3control/blocks.hpp"

namespace millrace::service::s3control {

objects::PublicBlock read_block(const aws::View& block) {
  return {.refuses_acls = block.take("BlockPublicAcls").flag_or(false),
          .ignores_acls = block.take("IgnorePublicAcls").flag_or(false),
          .refuses_policies = block.take("BlockPublicPolicy").flag_or(false),
          .restricts_policies = block.take("RestrictPublicBuckets").flag_or(false)};
}

aws::Value block_value(const objects::PublicBlock& block) {
  return aws::Map{{"BlockPublicAcls", block.refuses_acls},
                  {"IgnorePublicAcls", block.ignores_acls},
                  {"BlockPublicPolicy", block.refuses_policies},
                  {"RestrictPublicBuckets", block.restricts_policies}};
}

}  // namespace millrace::service::s3control
