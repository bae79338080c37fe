#include "server/accept/accept_error.hpp"

#include <asio/error.hpp>

#include <cerrno>

namespace portico {

AcceptErrorAction classify_accept_error(const std::error_code& error) {
  if (error.category() != asio::error::get_system_category()) return AcceptErrorAction::back_off;
  switch (error.value()) {
    case ECONNABORTED:
    case ECONNRESET:
    case EINTR:
    case EAGAIN:
    case EPERM:  // a firewall forbade this client
    // accept(2): "already-pending network errors on the new socket", to be treated like EAGAIN.
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
#ifdef ENONET
    case ENONET:
#endif
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case ETIMEDOUT:
      return AcceptErrorAction::retry;
    default:  // EMFILE, ENFILE, ENOBUFS, ENOMEM, and unknown errors
      return AcceptErrorAction::back_off;
  }
}

}  // namespace portico
