#include "server/accept/accept_error.hpp"

#include <asio/error.hpp>
#include <windows.h>
#include <winsock2.h>

namespace portico {

AcceptErrorAction classify_accept_error(const std::error_code& error) {
  if (error.category() != asio::error::get_system_category()) return AcceptErrorAction::back_off;
  switch (error.value()) {
    case WSAECONNABORTED:
    case WSAECONNRESET:          // AcceptEx: indicated, then terminated by the peer before it was accepted
    case ERROR_NETNAME_DELETED:  // the same, reported late through the completion port
    case ERROR_UNEXP_NET_ERR:    // the same under Wine
    case ERROR_SEM_TIMEOUT:
    case WSAENETDOWN:
    case WSAENETRESET:
    case WSAETIMEDOUT:
      return AcceptErrorAction::retry;
    default:  // WSAEMFILE, WSAENOBUFS, ERROR_NOT_ENOUGH_MEMORY, and unknown errors
      return AcceptErrorAction::back_off;
  }
}

}  // namespace portico
