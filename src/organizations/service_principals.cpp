// The services that AWS lists as working with Organizations.
#include "organizations/delegation.hpp"
#include "organizations/refused.hpp"

#include <algorithm>
#include <array>

namespace millrace::organizations {
namespace {

constexpr auto known = std::to_array<std::string_view>({
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "agreement-marketplace.amazonaws.com",
    "application-signals.cloudwatch.amazonaws.com",
    "appflow.amazonaws.com",
    "artifact.amazonaws.com",
    "auditmanager.amazonaws.com",
    "aws-artifact-account-sync.amazonaws.com",
    "backup.amazonaws.com",
    "billing-cost-management.amazonaws.com",
    "ciem.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "compute-optimizer.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "config.amazonaws.com",
    "controltower.amazonaws.com",
    "cost-optimization-hub.bcm.amazonaws.com",
    "detective.amazonaws.com",
    "devops-guru.amazonaws.com",
    "ds.amazonaws.com",
    "ec2.amazonaws.com",
    "fms.amazonaws.com",
    "guardduty.amazonaws.com",
    "health.amazonaws.com",
    "iam.amazonaws.com",
    "inspector2.amazonaws.com",
    "ipam.amazonaws.com",
    "license-management.marketplace.amazonaws.com",
    "license-manager.amazonaws.com",
    "license-manager.member-account.amazonaws.com",
    "license-manager-linux-subscriptions.amazonaws.com",
    "license-manager-user-subscriptions.amazonaws.com",
    "macie.amazonaws.com",
    "malware-protection.guardduty.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "networkmanager.amazonaws.com",
    "notifications.amazon.com",
    "observabilityadmin.amazonaws.com",
    "opsdatasync.ssm.amazonaws.com",
    "private-marketplace.marketplace.amazonaws.com",
    "procurement-insights.marketplace.amazonaws.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "reporting.trustedadvisor.amazonaws.com",
    "resource-explorer-2.amazonaws.com",
    "s3.amazonaws.com",
    "securityhub.amazonaws.com",
    "security-ir.amazonaws.com",
    "securitylake.amazonaws.com",
    "servicecatalog.amazonaws.com",
    "servicequotas.amazonaws.com",
    "ssm-quicksetup.amazonaws.com",
    "ssm.amazonaws.com",
    "sso.amazonaws.com",
    "stacksets.cloudformation.amazonaws.com",
    "storage-lens.s3.amazonaws.com",
    "tagpolicies.tag.amazonaws.com",
    "trustedadvisor.amazonaws.com",
    "user-subscriptions.amazonaws.com",
    "vpc-reachability-analyzer.amazonaws.com",
    "wellarchitected.amazonaws.com",
});

}  // namespace

bool is_service_principal(std::string_view principal) {
  return std::find(known.begin(), known.end(), principal) != known.end();
}

void check_service_principal(std::string_view principal) {
  if (is_service_principal(principal)) return;
  throw Refused(Why::invalid_input, "You specified an unrecognized service principal.",
                "UNRECOGNIZED_SERVICE_PRINCIPAL");
}

}  // namespace millrace::organizations
