#pragma once

#include <chrono>
#include <system_error>

namespace portico {

// What an accept that failed asks for. No accept error ends a listener.
enum class AcceptErrorAction {
  again,  // one client has gone before we took it, or the network hiccuped: the next accept is as good as ever
  pause,  // out of descriptors, buffers or memory, or unknown: the same would happen again at once
};

// By name, from accept(2) "Error handling" and AcceptEx (learn.microsoft.com); an error not named there pauses.
AcceptErrorAction classify_accept_error(const std::error_code& error);

// How long accepting pauses: 100 ms, doubling to 1 s, until a client was accepted. Shared by the accept loops of one
// listener, which fail together. A plain value; the clock is the caller's.
class AcceptBackoff {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds first_pause{100};
  static constexpr std::chrono::milliseconds longest_pause{1000};
  // After this many errors in a row of the kind `again` it may not be the clients any more: one pause, not longer ones.
  static constexpr int max_again = 1000;

  // An accept has failed: how long to wait before the next; zero for at once.
  std::chrono::milliseconds failed(AcceptErrorAction verdict, TimePoint now);

  // An accept has succeeded. True if that ends an episode of pauses.
  bool succeeded();

  // An episode lasts from its first pause to the next success.
  bool pausing() const { return pause_.count() != 0; }
  TimePoint since() const { return since_; }

 private:
  std::chrono::milliseconds pause_{0};
  TimePoint since_;
  TimePoint until_;
  int again_ = 0;
};

}  // namespace portico
