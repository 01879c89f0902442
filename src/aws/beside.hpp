// What AWS answers though no model has it: a preflight, a form, a page of a website.
#pragma once

#include "aws/call.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::aws {

// A text that a form carries with its signature, instead of a signed head: S3's policies of uploads
// by POST.
struct FormProof {
  std::string text;
  std::string signature;
  std::string session_token;  // empty when there is none
  // Version 4: KEY/DATE/REGION/SERVICE/aws4_request, and the time at which it was signed.
  std::string credential;
  std::string timestamp;
  std::string access_key_id;  // of version 2, which has no credential
};

// What an act may have done for it.
class BesideSteps {
 public:
  virtual ~BesideSteps() = default;
  // The caller is whoever signed the form; throws as for a signed request. Gives the wall clock's
  // time, by which the form's own expiry is judged.
  virtual base::Timestamp sign_in(const FormProof& proof) = 0;
  // An operation of the same service, validated, authorised and done for this call's caller. Its
  // answer may be given as the call's own. `body`, if any, is read instead of the request's.
  virtual base::Value perform(const http::Request& head, base::Reader* body) = 0;
};

// Known by the head alone, before a signature is looked for: until `act` signs somebody in, nobody
// asks.
struct Beside {
  std::string_view name;
  bool (*matches)(const http::Request& head);
  // On a worker. Gives the answer of the operation that it performed last, or nothing: then the
  // call's status, headers and payload are the whole answer.
  std::optional<base::Value> (*act)(void* service, Call& call, BesideSteps& steps);
};
// Adds headers to an answer of the service, refusals too, and to refusals of requests whose service
// nobody knows yet.
using Dress = void (*)(void* service, const http::Request& head, http::Headers& headers);

// What a built service has of both.
struct BesideEntry {
  std::string_view model;
  void* service = nullptr;
  std::span<const Beside> beside = {};
  Dress dress = nullptr;
};

}  // namespace millrace::aws
