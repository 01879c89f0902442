// The one place where Asio's own code is compiled; the other files see declarations only.
#include <boost/asio/impl/src.hpp>
