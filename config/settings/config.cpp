#include "config/settings/config.hpp"

#include "config/values/address_text.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

namespace portico {
namespace {

// Returns true if every address of `inner` is in `outer`.
bool covers(const Network& outer, const Network& inner) {
  if (outer.v6 != inner.v6 || outer.prefix > inner.prefix) return false;
  for (unsigned bit = 0; bit < outer.prefix; ++bit) {
    const unsigned mask = 0x80u >> bit % 8;
    if ((outer.bytes[bit / 8] & mask) != (inner.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

// Returns the canonical form of a DNS name: lower case (RFC 4343), without a final dot.
std::string canonical_name(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  for (char& letter : name) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return name;
}

}  // namespace

const std::vector<Network>& networks_of(const NetworksRule& rule) {
  const auto* observed = std::get_if<ObservedNetworks>(&rule);
  return observed != nullptr ? observed->networks : std::get<std::vector<Network>>(rule);
}

std::vector<OptionProblem> AcceptConfig::check() const {
  std::vector<OptionProblem> problems;
  if (is_observed(deny)) return problems;  // a dry run refuses no client
  for (const Network& allowed : networks_of(allow)) {
    for (const Network& denied : networks_of(deny)) {
      if (!covers(denied, allowed)) continue;
      problems.push_back({"allow", fmt::format("{} is never admitted, because \"deny\" has {}; remove one of the two",
                                               network_to_text(allowed), network_to_text(denied))});
    }
  }
  return problems;
}

std::vector<OptionProblem> TlsConfig::check() const {
  std::vector<OptionProblem> problems;
  for (const std::string& protocol : alpn) {
    if (!protocol.empty() && protocol.size() <= 255) continue;
    problems.push_back({"alpn", "each entry must have 1 to 255 bytes (RFC 7301)"});
    break;
  }
  std::map<std::string, std::string_view> names;
  for (const auto& [name, entry] : sni) {
    const auto [same, is_new] = names.emplace(canonical_name(name), name);
    if (!is_new) problems.push_back({"sni", fmt::format("\"{}\" and \"{}\" are the same name", same->second, name)});
  }
  return problems;
}

std::vector<OptionProblem> UnixSocketConfig::check() const {
  if (mode_from_text(mode)) return {};
  return {{"mode", fmt::format(R"(must be an octal mode such as "0660", but is "{}")", mode)}};
}

std::optional<unsigned> mode_from_text(std::string_view text) {
  if (text.size() == 4 && text.starts_with('0')) text.remove_prefix(1);
  if (text.size() != 3 || text.find_first_not_of("01234567") != std::string_view::npos) return std::nullopt;
  unsigned mode = 0;
  for (const char digit : text) mode = mode * 8 + static_cast<unsigned>(digit - '0');
  return mode;
}

std::optional<std::string> sni_name_error(const std::string& name) {
  const std::string_view host = name.starts_with("*.") ? std::string_view(name).substr(2) : std::string_view(name);
  if (is_host_name(host)) return std::nullopt;
  return R"(must be a host name such as "b.example" or "*.b.example")";
}

}  // namespace portico
