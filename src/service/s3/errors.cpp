#include "service/s3/errors.hpp"

#include "objects/tiering.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using Undeclared = aws::ErrorTable::Undeclared;

// Of AWS's list of S3 error codes, those that are not 400.
constexpr std::array undeclared = {
    Undeclared{"PermanentRedirect", 301},
    Undeclared{"Redirect", 307},
    Undeclared{"TemporaryRedirect", 307},
    Undeclared{"NotModified", 304},
    Undeclared{"AccessDenied", 403},
    Undeclared{"AccessForbidden", 403},
    Undeclared{"AccountProblem", 403},
    Undeclared{"AllAccessDisabled", 403},
    Undeclared{"CrossLocationLoggingProhibited", 403},
    Undeclared{"InvalidAccessKeyId", 403},
    Undeclared{"InvalidObjectState", 403},
    Undeclared{"InvalidPayer", 403},
    Undeclared{"InvalidSecurity", 403},
    Undeclared{"NotSignedUp", 403},
    Undeclared{"RequestTimeTooSkewed", 403},
    Undeclared{"SignatureDoesNotMatch", 403},
    Undeclared{"NoSuchAccessPoint", 404},
    Undeclared{"NoSuchBucket", 404},
    Undeclared{"NoSuchBucketPolicy", 404},
    Undeclared{"NoSuchCORSConfiguration", 404},
    Undeclared{"NoSuchKey", 404},
    Undeclared{"NoSuchLifecycleConfiguration", 404},
    Undeclared{"NoSuchPublicAccessBlockConfiguration", 404},
    Undeclared{"NoSuchTagSet", 404},
    Undeclared{"NoSuchUpload", 404},
    Undeclared{"NoSuchVersion", 404},
    Undeclared{"NoSuchWebsiteConfiguration", 404},
    Undeclared{"NoSuchObjectLockConfiguration", 404},
    Undeclared{"ObjectLockConfigurationNotFoundError", 404},
    Undeclared{"OwnershipControlsNotFoundError", 404},
    Undeclared{"ReplicationConfigurationNotFoundError", 404},
    Undeclared{"ServerSideEncryptionConfigurationNotFoundError", 404},
    Undeclared{"MethodNotAllowed", 405},
    Undeclared{"BucketAlreadyExists", 409},
    Undeclared{"BucketAlreadyOwnedByYou", 409},
    Undeclared{"BucketNotEmpty", 409},
    Undeclared{"ConditionalRequestConflict", 409},
    Undeclared{"InvalidBucketState", 409},
    Undeclared{"OperationAborted", 409},
    Undeclared{"RestoreAlreadyInProgress", 409},
    Undeclared{"MissingContentLength", 411},
    Undeclared{"PreconditionFailed", 412},
    Undeclared{"RequestHeaderSectionTooLarge", 400},
    Undeclared{"InvalidRange", 416},
    Undeclared{"InvalidPartNumber", 416},
    Undeclared{"InternalError", 500},
    Undeclared{"NotImplemented", 501},
    Undeclared{"ServiceUnavailable", 503},
    Undeclared{"SlowDown", 503},
};

[[nodiscard]] aws::Error part_refusal(const objects::InvalidPart& error) {
  return aws::Error("InvalidPart",
                    "One or more of the specified parts could not be found.  The part may not "
                    "have been uploaded, or the specified entity tag may not match the part's "
                    "entity tag.")
      .with("PartNumber", std::to_string(error.asked.number))
      .with("ETag", error.asked.etag);
}

[[nodiscard]] aws::Error small_part_refusal(const objects::PartTooSmall& error) {
  return aws::Error("EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size")
      .with("ProposedSize", std::to_string(error.part.size))
      .with("MinSizeAllowed", std::to_string(objects::least_part_size))
      .with("PartNumber", std::to_string(error.part.number))
      .with("ETag", error.part.etag);
}

// The name that the engine put behind its first words.
std::string_view named_in(std::string_view message, std::string_view words) {
  return message.starts_with(words) ? message.substr(words.size()) : std::string_view();
}

}  // namespace

std::span<const Undeclared> undeclared_errors() { return undeclared; }

int status_of(const aws::Error& error) {
  if (error.status()) return *error.status();
  const auto found = std::ranges::find(undeclared, error.code(), &Undeclared::code);
  return found == undeclared.end() ? 400 : found->status;
}

aws::Error access_denied() { return {"AccessDenied", "Access Denied"}; }

aws::Error no_such_bucket(std::string_view bucket) {
  return aws::Error("NoSuchBucket", "The specified bucket does not exist")
      .with("BucketName", bucket);
}

aws::Error no_such_key(std::string_view key) {
  return aws::Error("NoSuchKey", "The specified key does not exist.").with("Key", key);
}

aws::Error no_such_upload(std::string_view id) {
  return aws::Error("NoSuchUpload",
                    "The specified upload does not exist. The upload ID may be invalid, or the "
                    "upload may have been aborted or completed.")
      .with("UploadId", id);
}

aws::Error precondition_failed(std::string_view condition) {
  return aws::Error("PreconditionFailed",
                    "At least one of the pre-conditions you specified did not hold")
      .with("Condition", condition);
}

aws::Error invalid_argument(std::string_view name, std::string_view value, std::string message) {
  return aws::Error("InvalidArgument", std::move(message))
      .with("ArgumentName", name)
      .with("ArgumentValue", value);
}

aws::Error malformed_document() {
  return {"MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

aws::Error missing_document() { return {"MissingRequestBodyError", "Request Body is empty"}; }

aws::Error invalid_request(std::string message) { return {"InvalidRequest", std::move(message)}; }

aws::Error entity_too_large(std::uint64_t proposed, std::uint64_t allowed) {
  return aws::Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
      .with("ProposedSize", std::to_string(proposed))
      .with("MaxSizeAllowed", std::to_string(allowed));
}

aws::Error not_implemented(std::string message) {
  return {"NotImplemented", std::move(message), 501};
}

void rethrow_as_refusal() {
  try {
    throw;
  } catch (const objects::NoSuchBucket& error) {
    throw no_such_bucket(named_in(error.what(), "no bucket "));
  } catch (const objects::NoSuchKey& error) {
    throw no_such_key(named_in(error.what(), "no key "));
  } catch (const objects::ArchivedByTier& error) {
    throw aws::Error("InvalidObjectState",
                     "The operation is not valid for the object's access tier")
        .with("StorageClass", error.storage_class)
        .with("AccessTier", error.tier);
  } catch (const objects::Archived& error) {
    throw aws::Error("InvalidObjectState",
                     "The operation is not valid for the object's storage class")
        .with("StorageClass", error.storage_class);
  } catch (const objects::NoSuchUpload& error) {
    throw no_such_upload(named_in(error.what(), "no upload "));
  } catch (const objects::ForeignBucket&) {
    throw access_denied();
  } catch (const objects::CustomerKeyMissing&) {
    throw invalid_request(
        "The object was stored using a form of Server Side Encryption. The correct parameters must "
        "be provided to retrieve the object.");
  } catch (const objects::CustomerKeyDiffers&) {
    throw aws::Error("AccessDenied",
                     "Requests specifying Server Side Encryption with Customer provided keys must "
                     "provide the correct secret key.");
  } catch (const objects::CustomerKeyUnasked&) {
    throw invalid_request("The encryption parameters are not applicable to this object.");
  } catch (const objects::ForeignKey&) {
    throw access_denied();
  } catch (const objects::PreconditionFailed& error) {
    throw precondition_failed(error.what());
  } catch (const objects::InvalidPart& error) {
    throw part_refusal(error);
  } catch (const objects::PartTooSmall& error) {
    throw small_part_refusal(error);
  } catch (const objects::ObjectTooLarge& error) {
    throw entity_too_large(error.size, objects::object_limit);
  } catch (const objects::TooLarge& error) {
    throw aws::Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with("MaxSizeAllowed", std::to_string(objects::put_limit));
  }
}

}  // namespace millrace::service::s3
