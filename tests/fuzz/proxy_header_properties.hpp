#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string_view>

// The guarantees of proxy_header.hpp for arbitrary bytes, checked by a fuzzer and by a unit test.

namespace portico::test {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool decided(const ProxyHeaderStep& step) {
  return step.state != ProxyHeaderStep::State::undecided && step.state != ProxyHeaderStep::State::incomplete;
}

inline void check_step(const ProxyHeaderStep& step, std::size_t size) {
  using State = ProxyHeaderStep::State;
  require(decided(step) || (step.needed > size && step.needed <= max_proxy_header_v2));
  require((step.state == State::invalid) == !step.error.empty());
  if (step.state == State::undecided) require(size < 12);
  if (step.state == State::complete) require(step.size > 12 && step.size <= std::min(size, max_proxy_header_v2));
  require(!step.header.addresses || !step.header.unix_addresses);
  require(step.header.unique_id.size() <= 128);
}

// Checks that the result does not depend on the pieces in which the bytes arrive, at most `needed` at a time.
inline void check_proxy_header(std::string_view bytes) {
  const auto whole = parse_proxy_header(bytes);
  check_step(whole, bytes.size());
  auto step = parse_proxy_header({});
  while (!decided(step) && step.needed <= bytes.size()) {
    const auto arrived = step.needed;
    step = parse_proxy_header(bytes.substr(0, arrived));
    check_step(step, arrived);
  }
  if (!decided(step)) step = whole;  // the input ends before `needed` bytes
  require(step.state == whole.state && step.size == whole.size && step.header == whole.header);
  if (whole.state != ProxyHeaderStep::State::complete) return;
  // The bytes after the header have no effect, and without its last byte it is incomplete.
  require(parse_proxy_header(bytes.substr(0, whole.size)).header == whole.header);
  require(!decided(parse_proxy_header(bytes.substr(0, whole.size - 1))));
}

}  // namespace portico::test
