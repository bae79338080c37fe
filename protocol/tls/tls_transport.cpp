#include "protocol/tls/tls_transport.hpp"

#include "protocol/tls/tls_error.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace portico {

TlsTransport::TlsTransport(Stream& next_layer, std::string_view preread) : next_layer_(next_layer) {
  if (!preread.empty()) pending().preread = preread;
}

TlsTransport::PendingBytes& TlsTransport::pending() {
  if (!pending_) pending_ = std::make_unique<PendingBytes>();
  return *pending_;
}

void TlsTransport::release_if_empty() {
  if (pending_ && pending_->preread.empty() && pending_->corked.empty() && pending_output() == 0) pending_.reset();
}

void TlsTransport::save_unread() {
  if (!input_.empty()) pending().preread.append(input_);
  input_ = {};
}

void TlsTransport::drop_unread() {
  input_ = {};
  if (pending_) pending_->preread.clear();
  release_if_empty();
}

asio::awaitable<void> TlsTransport::write_pending(std::error_code& error) {
  if (pending_output() == 0) co_return;
  auto& pending = *pending_;  // not released while a write is in progress
  if (pending.in_flight.empty()) pending.in_flight.swap(pending.queued);
  const asio::const_buffer rest = asio::buffer(pending.in_flight);
  const auto bytes = co_await next_layer_.write({&rest, 1}, error);
  pending.in_flight.erase(0, bytes);
  release_if_empty();
}

BIO* TlsTransport::new_bio() {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

const BIO_METHOD* TlsTransport::method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* created = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "portico stream");
    if (created == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(created, &TlsTransport::read);
    BIO_meth_set_write_ex(created, &TlsTransport::write);
    BIO_meth_set_ctrl(created, &TlsTransport::control);
    return created;
  }();
  return method;
}

TlsTransport& TlsTransport::of(BIO* bio) { return *static_cast<TlsTransport*>(BIO_get_data(bio)); }

// Keeps exceptions out of OpenSSL, which is C. Only allocations throw here.
template <typename Operation>
int TlsTransport::no_throw(Operation operation) noexcept {
  try {
    return operation() ? 1 : 0;
  } catch (...) {
    error_ = std::make_error_code(std::errc::not_enough_memory);
    return 0;
  }
}

int TlsTransport::read(BIO* bio, char* into, std::size_t size, std::size_t* bytes) {
  auto& self = of(bio);
  BIO_clear_retry_flags(bio);
  return self.no_throw([&] { return self.read_ciphertext(bio, into, size, *bytes); });
}

int TlsTransport::write(BIO* bio, const char* from, std::size_t size, std::size_t* bytes) {
  auto& self = of(bio);
  BIO_clear_retry_flags(bio);
  *bytes = size;
  return self.no_throw([&] { return self.write_ciphertext({from, size}); });
}

bool TlsTransport::read_ciphertext(BIO* bio, char* into, std::size_t size, std::size_t& bytes) {
  if (error_ == tls_flooded()) return false;  // OpenSSL ignores a failure to send an alert, and would read on
  if (pending_ && !pending_->preread.empty()) {
    bytes = pending_->preread.copy(into, size);
    received_ += bytes;
    pending_->preread.erase(0, bytes);
    release_if_empty();
    return true;
  }
  if (!input_.empty()) {
    bytes = input_.copy(into, size);
    input_.remove_prefix(bytes);
    received_ += bytes;
    return true;
  }
  const auto got =
      read_budget_ == 0 ? Stream::Transfer{0, asio::error::would_block} : next_layer_.try_read({into, size});
  error_ = got.error;
  bytes = got.bytes;
  read_budget_ -= std::min(read_budget_, bytes);
  received_ += bytes;
  if (got.error == asio::error::would_block) BIO_set_retry_read(bio);
  return !got.error;
}

bool TlsTransport::write_ciphertext(std::string_view bytes) {
  const bool had_corked = pending_ && !pending_->corked.empty();
  if (corked_ || had_corked) pending().corked.append(bytes);
  if (corked_) return true;
  if (!had_corked) return write_through(bytes);
  const auto all = std::exchange(pending_->corked, {});
  const bool sent = write_through(all);
  release_if_empty();
  return sent;
}

void TlsTransport::flush() {
  uncork();
  if (pending_ && !pending_->corked.empty()) write_ciphertext({});
}

bool TlsTransport::write_through(std::string_view bytes) {
  if (pending_output() == 0) {
    const asio::const_buffer all = asio::buffer(bytes);
    const auto done = next_layer_.try_write({&all, 1});
    if (done.error && done.error != asio::error::would_block) {
      error_ = done.error;
      return false;
    }
    bytes.remove_prefix(done.bytes);
  }
  if (bytes.size() + pending_output() > max_pending_output) {
    error_ = tls_flooded();
    return false;
  }
  if (!bytes.empty()) pending().queued.append(bytes);
  return true;
}

// BIO_CTRL_EOF lets OpenSSL detect truncation; BIO_CTRL_FLUSH must succeed, although there is nothing to do.
long TlsTransport::control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return of(bio).error_ == asio::error::eof ? 1 : 0;
    default:
      return 0;
  }
}

}  // namespace portico
