// Answers that follow from one record alone, made once for each of its versions.
#pragma once

#include "aws/operation.hpp"
#include "store/kept.hpp"
#include "store/records.hpp"

#include <optional>

namespace millrace::aws {

// One for each operation that keeps its answers. Safe from any thread.
class KeptAnswers {
 public:
  explicit KeptAnswers(const store::Records& records) : kept_(records.stamps()) {}

  // The answer kept of the record as it is now, else what `make` gives; what it throws is not kept.
  template <class Make>
  [[nodiscard]] Answer get(const store::Key& key, const Make& make) {
    return *kept_.get(store::stamp_name(key), [&] { return std::optional<Answer>(make()); });
  }

 private:
  store::Kept<Answer> kept_;
};

}  // namespace millrace::aws
