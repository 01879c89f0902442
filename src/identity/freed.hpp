// Deleters of what libraries in C make: std::unique_ptr<X509, Freed<X509_free>>.
#pragma once

namespace millrace::identity {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};

}  // namespace millrace::identity
