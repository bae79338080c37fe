#include "config/values/examples.hpp"

#include "config/values/value_text.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace portico {
namespace {

std::string example_text(const OptionLimits& limits, std::string text) {
  if (!limits.max_size) return text;
  text.resize(std::clamp(text.size(), *limits.min_size, *limits.max_size), 'x');
  return text;
}

SocketAddress example_address() { return {"127.0.0.1", 9000, {}}; }

// Returns a value of the kind, inside its limits.
OptionValue typical_value(const OptionType& type) {
  const OptionLimits& limits = type.limits;
  if (!limits.named_values.empty()) return limits.named_values.front().second;
  const auto number =
      std::clamp<std::int64_t>(1, limits.min.value_or(1), std::max(limits.max.value_or(1), limits.min.value_or(1)));
  switch (type.kind) {
    case OptionKind::boolean:
      return false;
    case OptionKind::number:
      return limits.min_number.value_or(1);
    case OptionKind::string:
      return example_text(limits, "example");
    case OptionKind::path:
      return example_text(limits, "example.txt");
    case OptionKind::pem:
      return std::string("example.pem");
    case OptionKind::rate:
      return Rate{number, std::chrono::seconds(1)};
    case OptionKind::byte_rate:
      return ByteRate{number, std::chrono::seconds(1)};
    case OptionKind::address:
      return example_address();
    case OptionKind::listen_address:
      return ListenAddress{example_address(), {}, {}};
    case OptionKind::network:
      return Network{{10}, false, 8};
    default:
      return number;
  }
}

}  // namespace

OptionValue example_value(const OptionType& type) {
  if (type.limits.example.empty()) return typical_value(type);
  const auto parsed = value_from_text(type, type.limits.example);
  return parsed.value ? *parsed.value : typical_value(type);
}

bool is_valid_value(const OptionType& type, const OptionValue& value) {
  return is_named_value(type, value) || !limit_error(type, value);
}

}  // namespace portico
