// A request's life from its head to its answer, as one list of named steps.
#pragma once

#include "aws/auditor.hpp"
#include "aws/beside.hpp"
#include "aws/caller.hpp"
#include "aws/observer.hpp"
#include "aws/operation.hpp"
#include "aws/resolve.hpp"
#include "aws/throttle.hpp"
#include "aws/trail.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "http/server.hpp"
#include "identity/authority.hpp"
#include "identity/vault.hpp"
#include "store/changes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace::identity {
struct Use;  // uses.hpp
}

namespace millrace::aws {

struct DispatchOptions {
  std::string models_folder;  // where the distilled models lie
  std::string default_account = "000000000000";
  std::string default_region = "us-east-1";
  bool check_signatures = true;  // off: any credentials; a key of twelve digits names its account;
                                 // callers' permissions unchecked
  bool ignore_unknown_members = false;
  base::Milliseconds hold{50'000};       // for waiters
  base::Milliseconds short_hold{250};    // for others; 0 turns holding off
  std::vector<BesideEntry> beside = {};  // of built services only
  std::vector<ResolveEntry> resolve = {};
  ObserverEntry observer = {};
  Trail* trail = nullptr;  // these three outlive dispatch; null: nothing is kept
  Auditor* auditor = nullptr;
  const identity::Vault* vault = nullptr;  // seals what refusals say in AWS's encoded messages
  Rates rates = {};
  bool tls_only = false;  // plain HTTP is refused, whoever asks
  // Told of each signed request that was found genuine, whatever will be decided about it. Cheap:
  // it is called on the loop.
  std::function<void(const identity::Use& use)> note_use = nullptr;
};

class Dispatch {
 public:
  virtual ~Dispatch() = default;
  // On the loop, for every request that is not under /_millrace/.
  virtual void handle(http::ExchangePtr exchange) = 0;
  // Before the server stops: answers what is held as it stands, and holds nothing from now on.
  virtual void end_holds() = 0;
  // For services that ask others' operations; lives as long as this.
  [[nodiscard]] virtual Caller& caller() = 0;
};

// `authority`, `changes`, `clock`, `random` and `log` outlive it.
[[nodiscard]] std::unique_ptr<Dispatch> make_dispatch(DispatchOptions options,
                                                      std::vector<ServiceEntry> services,
                                                      identity::Authority& authority,
                                                      store::Changes& changes, base::Clock& clock,
                                                      base::Random& random, base::Log& log);

// docs/coverage.md: every operation of every built service, by running its `read` on a value that
// has every member.
[[nodiscard]] std::string coverage_page(const std::string& models_folder,
                                        const std::vector<ServiceEntry>& services);

}  // namespace millrace::aws
