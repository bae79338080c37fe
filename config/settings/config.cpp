#include "config/settings/config.hpp"

#include "config/values/address_text.hpp"
#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace portico {
namespace {

bool same_prefix(const Network& left, const Network& right, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80u >> bit % 8;
    if ((left.bytes[bit / 8] & mask) != (right.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

// Returns true if every address of `inner` is in `outer`.
bool covers(const Network& outer, const Network& inner) {
  return outer.v6 == inner.v6 && outer.prefix <= inner.prefix && same_prefix(outer, inner, outer.prefix);
}

// Sorts a network directly after those that include it.
bool is_before(const Network* left, const Network* right) {
  return std::tie(left->v6, left->bytes, left->prefix) < std::tie(right->v6, right->bytes, right->prefix);
}

std::vector<const Network*> sorted(const std::vector<Network>& networks) {
  std::vector<const Network*> all;
  all.reserve(networks.size());
  for (const Network& network : networks) all.push_back(&network);
  std::sort(all.begin(), all.end(), is_before);
  return all;
}

// Returns, for each allowed network that is never admitted, the widest denied network that includes it.
std::map<const Network*, const Network*> never_admitted(const std::vector<Network>& allow,
                                                        const std::vector<Network>& deny) {
  std::map<const Network*, const Network*> found;
  const std::vector<const Network*> denials = sorted(deny);
  auto next = denials.begin();
  const Network* widest = nullptr;  // of the denials so far that may include what follows
  for (const Network* allowed : sorted(allow)) {
    for (; next != denials.end() && !is_before(allowed, *next); ++next) {
      if (widest == nullptr || !covers(*widest, **next)) widest = *next;
    }
    if (widest != nullptr && covers(*widest, *allowed)) found.emplace(allowed, widest);
  }
  return found;
}

// Returns the canonical form of a DNS name: lower case (RFC 4343), without a final dot.
std::string canonical_name(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  for (char& letter : name) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return name;
}

// Returns true for a mode as a socket usually has it: the owner may read and write, as connecting needs; the group has
// no permission that the owner has not, and others none that the group has not.
bool is_usual(unsigned mode) {
  const unsigned owner = mode >> 6;
  const unsigned group = mode >> 3 & 07;
  const unsigned others = mode & 07;
  return (owner & 06) == 06 && (group & ~owner) == 0 && (others & ~group) == 0;
}

// Returns true if who may do something may also read: 0644, but not 0631, which no one sets.
bool is_plain(unsigned mode) {
  const auto reads = [](unsigned permissions) { return permissions == 0 || (permissions & 04) != 0; };
  return reads(mode >> 3 & 07) && reads(mode & 07);
}

// Returns the mode that a number was meant to be: JSON has no octal numbers. 660 is the digits of 0660, and 432 is what
// other formats make of it. If both are possible, as for 440, its digits: nothing is suggested that would surprise.
std::string mode_from_number(std::int64_t number) {
  std::string digits = fmt::format("{:04}", number);
  const auto mode_of_digits = mode_from_text(digits);
  if (mode_of_digits && is_usual(*mode_of_digits)) return digits;
  if (number < 0 || number > 0777) return {};
  const auto mode = static_cast<unsigned>(number);
  constexpr unsigned execute = 0111;
  const bool same_for_all = (mode & execute) == 0 || mode == 0777 || mode == 0770 || mode == 0700;
  if (is_usual(mode) && is_plain(mode) && same_for_all) return fmt::format("{:04o}", mode);
  return mode_of_digits ? digits : std::string();
}

// Each certificate has its key at the same place. An array is empty if an entry of it was invalid.
std::vector<OptionProblem> check_pairs(const std::vector<Pem>& certificates, const std::vector<Pem>& keys) {
  if (certificates.size() == keys.size() || certificates.empty() || keys.empty()) return {};
  return {{"key", fmt::format("must have as many entries as \"certificate\", which has {}, but has {}",
                              certificates.size(), keys.size())}};
}

}  // namespace

const std::vector<Network>& networks_of(const NetworksRule& rule) {
  const auto* observed = std::get_if<ObservedNetworks>(&rule);
  return observed != nullptr ? observed->networks : std::get<std::vector<Network>>(rule);
}

std::vector<OptionProblem> AcceptConfig::check() const {
  std::vector<OptionProblem> problems;
  if (is_observed(deny)) return problems;  // a dry run refuses no client
  const auto& allowed_networks = networks_of(allow);
  const auto found = never_admitted(allowed_networks, networks_of(deny));
  for (const Network& allowed : allowed_networks) {
    const auto denied = found.find(&allowed);
    if (denied == found.end()) continue;
    problems.push_back({"allow", fmt::format("{} is never admitted, because \"deny\" has {}; remove one of the two",
                                             network_to_text(allowed), network_to_text(*denied->second))});
  }
  return problems;
}

std::vector<OptionProblem> SniConfig::check() const { return check_pairs(certificate, key); }

std::vector<OptionProblem> TlsConfig::check() const {
  auto problems = check_pairs(certificate, key);
  for (const std::string& protocol : alpn) {
    if (!protocol.empty() && protocol.size() <= 255) continue;
    problems.push_back({"alpn", "each entry must have 1 to 255 bytes (RFC 7301)"});
    break;
  }
  std::map<std::string, std::string_view> names;
  for (const auto& [name, entry] : sni) {
    const auto [same, is_new] = names.emplace(canonical_name(name), name);
    if (!is_new)
      problems.push_back({"sni", fmt::format("{} and {} are the same name", quote(same->second), quote(name))});
  }
  return problems;
}

const TextForm mode_form{R"(an octal mode such as "0660")",
                         [](const std::string& text) { return mode_from_text(text).has_value(); }, "^0?[0-7]{3}$",
                         mode_from_number};

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
