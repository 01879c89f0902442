// A text as a QR code in a picture, as authenticators scan it.
#pragma once

#include <string>
#include <string_view>

namespace millrace::identity {

// PNG, black on white. The text is at most some two thousand characters.
[[nodiscard]] std::string qr_code_png(std::string_view text);

}  // namespace millrace::identity
