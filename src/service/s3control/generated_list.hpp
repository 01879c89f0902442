// The objects of a bucket that a manifest generator's filter lets through.
#pragma once

#include "base/value.hpp"
#include "objects/object_store.hpp"
#include "service/s3control/tasks.hpp"

#include <functional>
#include <string>

namespace millrace::service::s3control {

// The newest version of each object that has one; `generator` is an S3JobManifestGenerator.
void list_objects(objects::ObjectStore& objects, const identity::Permit& permit,
                  const std::string& bucket, const base::Value& generator,
                  const std::function<void(Task)>& take);

}  // namespace millrace::service::s3control
