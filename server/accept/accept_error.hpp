#pragma once

#include <chrono>
#include <system_error>

namespace portico {

// Reaction of the accept loop to an error. No accept error ends a listener.
enum class AcceptErrorAction {
  retry,     // the client disconnected before it was accepted, or a transient network error: accept again immediately
  back_off,  // out of descriptors, buffers or memory, or an unknown error: an immediate retry would fail too
};

// Classifies the errors named in accept(2), "Error handling", and AcceptEx (learn.microsoft.com); others back off.
AcceptErrorAction classify_accept_error(const std::error_code& error);

// The pauses after accept errors: 100 ms, doubling to 1 s, until a client is accepted. Shared by the accept loops of
// one listener, which fail together. A plain value; the caller passes the time.
class AcceptBackoff {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds first_pause{100};
  static constexpr std::chrono::milliseconds max_pause{1000};
  // After this many `retry` errors in a row the clients may not be the cause: one pause, which does not double.
  static constexpr int max_retries = 1000;

  // Returns the pause before the next accept after a failed one; zero: no pause.
  std::chrono::milliseconds on_error(AcceptErrorAction action, TimePoint now);

  // Resets the back-off after a successful accept. Returns true if that ends an episode of pauses.
  bool on_success();

  // An episode lasts from its first pause to the next success.
  bool pausing() const { return pause_.count() != 0; }
  TimePoint since() const { return since_; }

 private:
  std::chrono::milliseconds pause_{0};
  TimePoint since_;
  TimePoint until_;
  int retries_ = 0;
};

}  // namespace portico
