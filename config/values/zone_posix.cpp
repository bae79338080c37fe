#include "config/values/zone.hpp"

#include <net/if.h>

#include <array>
#include <charconv>

namespace portico {

bool has_zone(const std::string& zone) {
  if (if_nametoindex(zone.c_str()) != 0) return true;
  unsigned index = 0;
  const char* end = zone.data() + zone.size();
  const auto [rest, error] = std::from_chars(zone.data(), end, index);
  std::array<char, IF_NAMESIZE> name{};
  return error == std::errc() && rest == end && if_indextoname(index, name.data()) != nullptr;
}

}  // namespace portico
