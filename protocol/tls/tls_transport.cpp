#include "protocol/tls/tls_transport.hpp"

#include "protocol/tls/tls_error.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace portico {

TlsTransport::TlsTransport(Stream& below, std::string_view early) : below_(below) {
  if (!early.empty()) kept().early = early;
}

TlsTransport::Kept& TlsTransport::kept() {
  if (!kept_) kept_ = std::make_unique<Kept>();
  return *kept_;
}

void TlsTransport::forget_if_empty() {
  if (kept_ && kept_->early.empty() && kept_->held.empty() && pending_output() == 0) kept_.reset();
}

void TlsTransport::keep_rest() {
  if (!arrived_.empty()) kept().early.append(arrived_);
  arrived_ = {};
}

asio::awaitable<void> TlsTransport::send_some(std::error_code& error) {
  if (pending_output() == 0) co_return;
  auto& kept = *kept_;  // stays while bytes are being sent
  if (kept.sending.empty()) kept.sending.swap(kept.unsent);
  const asio::const_buffer rest = asio::buffer(kept.sending);
  const auto bytes = co_await below_.write({&rest, 1}, error);
  kept.sending.erase(0, bytes);
  forget_if_empty();
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
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "portico stream");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(made, &TlsTransport::read);
    BIO_meth_set_write_ex(made, &TlsTransport::write);
    BIO_meth_set_ctrl(made, &TlsTransport::control);
    return made;
  }();
  return method;
}

TlsTransport& TlsTransport::of(BIO* bio) { return *static_cast<TlsTransport*>(BIO_get_data(bio)); }

// Nothing may be thrown through OpenSSL; nothing but an allocation does.
template <typename Operation>
int TlsTransport::guarded(Operation operation) noexcept {
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
  return self.guarded([&] { return self.take(bio, into, size, *bytes); });
}

int TlsTransport::write(BIO* bio, const char* from, std::size_t size, std::size_t* bytes) {
  auto& self = of(bio);
  BIO_clear_retry_flags(bio);
  *bytes = size;
  return self.guarded([&] { return self.send({from, size}); });
}

bool TlsTransport::take(BIO* bio, char* into, std::size_t size, std::size_t& bytes) {
  if (error_ == tls_unread()) return false;  // OpenSSL does not mind when an alert is not sent, and would read on
  if (kept_ && !kept_->early.empty()) {
    bytes = kept_->early.copy(into, size);
    received_ += bytes;
    kept_->early.erase(0, bytes);
    forget_if_empty();
    return true;
  }
  if (!arrived_.empty()) {
    bytes = arrived_.copy(into, size);
    arrived_.remove_prefix(bytes);
    received_ += bytes;
    return true;
  }
  const auto got = allowed_ == 0 ? Stream::Transfer{0, asio::error::would_block} : below_.try_read({into, size});
  error_ = got.error;
  bytes = got.bytes;
  allowed_ -= std::min(allowed_, bytes);
  received_ += bytes;
  if (got.error == asio::error::would_block) BIO_set_retry_read(bio);
  return !got.error;
}

bool TlsTransport::send(std::string_view bytes) {
  const bool held_before = kept_ && !kept_->held.empty();
  if (holding_ || held_before) kept().held.append(bytes);
  if (holding_) return true;
  if (!held_before) return send_at_once(bytes);
  const auto all = std::exchange(kept_->held, {});
  const bool sent = send_at_once(all);
  forget_if_empty();
  return sent;
}

// A failure is met again by the next read or write.
void TlsTransport::send_held() {
  let_go();
  if (kept_ && !kept_->held.empty()) send({});
}

bool TlsTransport::send_at_once(std::string_view bytes) {
  if (pending_output() == 0) {
    const asio::const_buffer all = asio::buffer(bytes);
    const auto done = below_.try_write({&all, 1});
    if (done.error && done.error != asio::error::would_block) {
      error_ = done.error;
      return false;
    }
    bytes.remove_prefix(done.bytes);
  }
  if (bytes.size() + pending_output() > most_unsent) {
    error_ = tls_unread();
    return false;
  }
  if (!bytes.empty()) kept().unsent.append(bytes);
  return true;
}

// OpenSSL asks whether the input has ended (truncation depends on it), and to flush, which has nothing to do here.
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
