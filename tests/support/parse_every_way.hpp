#pragma once

#include <portico/framing.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico::test {

using State = FrameStep::State;
using Messages = std::vector<std::string>;

// What one input gives: its messages, and what ended it.
struct Outcome {
  Messages messages;
  State end = State::incomplete;
  std::size_t rest = 0;  // bytes left over where `end` was found

  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend void PrintTo(const Outcome& outcome, std::ostream* out) {
    for (const auto& message : outcome.messages) *out << testing::PrintToString(message) << ' ';
    *out << "end " << static_cast<int>(outcome.end) << " rest " << outcome.rest;
  }
};

// Parses as a reader does whose input arrives up to each of `arrivals` (rising positions) in turn.
template <typename Parser>
Outcome parse_in_steps(const Parser& parser, std::string_view input, const std::vector<std::size_t>& arrivals) {
  Outcome outcome;
  std::size_t begin = 0;
  std::size_t seen = 0;
  for (const std::size_t end : arrivals) {
    for (;;) {
      const std::string_view bytes = input.substr(begin, end - begin);
      const FrameStep step = parser.parse(bytes, seen);
      outcome.end = step.state;
      outcome.rest = bytes.size();
      if (step.state == State::too_long || step.state == State::malformed) return outcome;
      if (step.state == State::incomplete) {
        EXPECT_GT(step.needed, bytes.size()) << "a reader would ask again in vain";
        seen = bytes.size();
        break;
      }
      EXPECT_GE(bytes.data() + bytes.size(), step.message.data() + step.message.size());
      outcome.messages.emplace_back(step.message);
      begin += step.size;
      seen = 0;
    }
  }
  return outcome;
}

// The outcome of the whole input; fails if another way of arriving gives another one.
template <typename Parser>
Outcome parse_every_way(const Parser& parser, std::string_view input) {
  Outcome whole = parse_in_steps(parser, input, {input.size()});
  std::vector<std::size_t> each;
  for (std::size_t split = 0; split <= input.size(); ++split) {
    const Outcome outcome = parse_in_steps(parser, input, {split, input.size()});
    EXPECT_EQ(outcome.messages, whole.messages) << "split at " << split;
    EXPECT_EQ(outcome.end, whole.end) << "split at " << split;
    each.push_back(split);
  }
  const Outcome outcome = parse_in_steps(parser, input, each);
  EXPECT_EQ(outcome.messages, whole.messages) << "byte by byte";
  EXPECT_EQ(outcome.end, whole.end) << "byte by byte";
  return whole;
}

inline Outcome complete(Messages messages) { return {std::move(messages), State::incomplete, 0}; }

}  // namespace portico::test
