#include "server/accept/accept_error.hpp"

#include <algorithm>

namespace portico {

std::chrono::milliseconds AcceptBackoff::failed(AcceptErrorAction verdict, TimePoint now) {
  if (verdict == AcceptErrorAction::again && ++again_ < max_again) return std::chrono::milliseconds(0);
  again_ = 0;
  if (!pausing() || now >= until_) {
    if (!pausing()) since_ = now;
    // Clients that all go are many clients: the next may stay.
    const bool longer = pausing() && verdict == AcceptErrorAction::pause;
    pause_ = longer ? std::min(2 * pause_, longest_pause) : first_pause;
    until_ = now + pause_;
  }
  // Another loop has failed before: all wait for the same moment.
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(until_ - now), std::chrono::milliseconds(1));
}

bool AcceptBackoff::succeeded() {
  again_ = 0;
  const bool was_pausing = pausing();
  pause_ = std::chrono::milliseconds(0);
  return was_pausing;
}

}  // namespace portico
