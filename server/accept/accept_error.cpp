#include "server/accept/accept_error.hpp"

#include <algorithm>

namespace portico {

std::chrono::milliseconds AcceptBackoff::on_error(AcceptErrorAction action, TimePoint now) {
  if (action == AcceptErrorAction::retry && ++retries_ < max_retries) return std::chrono::milliseconds(0);
  retries_ = 0;
  if (!pausing() || now >= until_) {
    if (!pausing()) since_ = now;
    // Many clients that disconnect early are not a lasting shortage: such pauses do not grow.
    const bool longer = pausing() && action == AcceptErrorAction::back_off;
    pause_ = longer ? std::min(2 * pause_, max_pause) : first_pause;
    until_ = now + pause_;
  }
  // If another loop has failed before, both wait until the same moment.
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(until_ - now), std::chrono::milliseconds(1));
}

bool AcceptBackoff::on_success() {
  retries_ = 0;
  const bool was_pausing = pausing();
  pause_ = std::chrono::milliseconds(0);
  return was_pausing;
}

}  // namespace portico
