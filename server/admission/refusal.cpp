#include <portico/refusal.hpp>

namespace portico {

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::endpoint_full:
      return "endpoint_full";
    case Refusal::server_full:
      return "server_full";
    case Refusal::address_full:
      return "address_full";
    case Refusal::denied:
      return "denied";
    case Refusal::stopping:
      return "stopping";
    case Refusal::rate:
      break;
  }
  return "rate";
}

}  // namespace portico
