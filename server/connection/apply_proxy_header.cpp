#include "server/connection/apply_proxy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace portico {
namespace {

// Returns printable text as it is, and other bytes in hexadecimal.
std::string text_or_hex(const std::string& bytes) {
  const auto is_text = [](char byte) { return byte >= ' ' && byte <= '~'; };
  if (std::all_of(bytes.begin(), bytes.end(), is_text)) return bytes;
  std::string text = "0x";
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

void annotate_if_set(ServerConnection& connection, const char* key, const std::string& value) {
  if (!value.empty()) connection.annotate(key, value);
}

void annotate_tls(ServerConnection& connection, const ProxyTls& tls) {
  if (!tls.used) return;
  std::string text = tls.version;
  for (const auto* part : {&tls.cipher, &tls.key_algorithm, &tls.signature_algorithm})
    if (!part->empty()) text += (text.empty() ? "" : ", ") + *part;
  connection.annotate("proxy_tls", text.empty() ? "yes" : text);
  // A name that the proxy has not verified is a mere claim of the client.
  if (tls.certificate)
    annotate_if_set(connection, tls.verified ? "proxy_tls_client" : "proxy_tls_client_unverified", tls.common_name);
}

}  // namespace

void apply_proxy_header(ServerConnection& connection, const ProxyHeader& header) {
  if (header.addresses) {
    connection.annotate("proxy", connection.peer().to_string());
    connection.annotate("proxy_destination", Address(header.addresses->destination).to_string());
    connection.set_client_address(Address(header.addresses->client));
  }
  if (header.unix_addresses) {
    connection.annotate("proxy_client", "unix:" + header.unix_addresses->client);
    connection.annotate("proxy_destination", "unix:" + header.unix_addresses->destination);
  }
  annotate_if_set(connection, "proxy_unique_id", text_or_hex(header.unique_id));
  annotate_if_set(connection, "proxy_authority", header.authority);
  annotate_if_set(connection, "proxy_alpn", header.alpn);
  annotate_if_set(connection, "proxy_netns", header.network_namespace);
  annotate_if_set(connection, "proxy_aws_vpc_endpoint", text_or_hex(header.aws_vpc_endpoint));
  if (header.azure_private_link)
    connection.annotate("proxy_azure_private_link", std::to_string(*header.azure_private_link));
  if (header.google_private_connection)
    connection.annotate("proxy_google_private_connection", std::to_string(*header.google_private_connection));
  if (header.tls) annotate_tls(connection, *header.tls);
}

}  // namespace portico
