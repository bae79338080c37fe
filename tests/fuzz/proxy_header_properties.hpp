#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string_view>

// What proxy_header.hpp promises of any bytes; a fuzzer's check, and a unit test's.

namespace portico::test {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool decided(const ProxyHeaderStep& step) {
  return step.state != ProxyHeaderStep::State::undecided && step.state != ProxyHeaderStep::State::incomplete;
}

inline void check_step(const ProxyHeaderStep& step, std::size_t size) {
  using State = ProxyHeaderStep::State;
  require(decided(step) || (step.needed > size && step.needed <= longest_proxy_header_v2));
  require((step.state == State::invalid) == !step.error.empty());
  if (step.state == State::undecided) require(size < 12);
  if (step.state == State::complete) require(step.size > 12 && step.size <= std::min(size, longest_proxy_header_v2));
  require(!step.header.ends || !step.header.unix_ends);
  require(step.header.unique_id.size() <= 128);
}

// When no more arrives each time than was asked for, the end is the same as when all is there at once.
inline void check_proxy_header(std::string_view bytes) {
  const auto whole = parse_proxy_header(bytes);
  check_step(whole, bytes.size());
  auto step = parse_proxy_header({});
  while (!decided(step) && step.needed <= bytes.size()) {
    const auto arrived = step.needed;
    step = parse_proxy_header(bytes.substr(0, arrived));
    check_step(step, arrived);
  }
  if (!decided(step)) step = whole;  // the input ends before what was asked for
  require(step.state == whole.state && step.size == whole.size && step.header == whole.header);
  if (whole.state != ProxyHeaderStep::State::complete) return;
  // Nothing behind it matters, and without its last byte it is not one.
  require(parse_proxy_header(bytes.substr(0, whole.size)).header == whole.header);
  require(!decided(parse_proxy_header(bytes.substr(0, whole.size - 1))));
}

}  // namespace portico::test
