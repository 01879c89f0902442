// Files of faiss, in which a trained k-NN keeps its index.
#include "base/assert.hpp"
#include "fuzz.hpp"
#include "learn/knn/faiss_file.hpp"
#include "learn/model.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    const learn::knn::FaissFlat index = learn::knn::read_faiss_flat(input);
    MILLRACE_ASSERT(index.columns > 0 && index.points.size() % index.columns == 0);
    MILLRACE_ASSERT(learn::knn::read_faiss_flat(learn::knn::write_faiss_flat(index)).columns ==
                    index.columns);
  } catch (const learn::ModelError&) {
  }
}

}  // namespace millrace::fuzz
