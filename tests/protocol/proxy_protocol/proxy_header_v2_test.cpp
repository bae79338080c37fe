#include "protocol/proxy_protocol/proxy_header.hpp"
#include "tests/support/proxy_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace portico {
namespace {

using State = ProxyHeaderStep::State;
using namespace test;  // NOLINT(google-build-using-namespace): the bytes are the whole subject here

asio::ip::tcp::endpoint at(const std::string& ip, std::uint16_t port) { return {asio::ip::make_address(ip), port}; }

ProxyHeader header_of(const std::string& bytes) {
  const auto step = parse_proxy_header(bytes + "more");
  EXPECT_EQ(step.state, State::complete) << step.error;
  EXPECT_EQ(step.size, bytes.size());
  return step.header;
}

std::string error_of(const std::string& bytes) {
  const auto step = parse_proxy_header(bytes);
  EXPECT_EQ(step.state, State::invalid);
  return step.error;
}

TEST(ProxyHeaderV2Test, NamesTheClient) {
  ProxyHeader v4;
  v4.addresses = {at("192.0.2.1", 56324), at("198.51.100.7", 443)};
  EXPECT_EQ(header_of(proxied_v4()), v4);
  ProxyHeader v6;
  v6.addresses = {at("2001:db8::1", 56324), at("2001:db8::2", 443)};
  EXPECT_EQ(header_of(proxy_v2(proxy_proxied, tcp_over_ipv6, ipv6_addresses())), v6);
}

TEST(ProxyHeaderV2Test, NamesUnixSockets) {
  const auto sockets = [](std::string client, std::string destination) {
    return *header_of(proxy_v2(proxy_proxied, unix_stream, unix_addresses(std::move(client), std::move(destination))))
                .unix_addresses;
  };
  EXPECT_EQ(sockets("/run/a.sock", "/run/b.sock"), (ProxyHeader::UnixAddresses{"/run/a.sock", "/run/b.sock"}));
  EXPECT_EQ(sockets("", "/run/b.sock"), (ProxyHeader::UnixAddresses{"", "/run/b.sock"}));
  EXPECT_EQ(sockets("\0abstract"_b, std::string(108, 'p')),
            (ProxyHeader::UnixAddresses{"@abstract", std::string(108, 'p')}));
  EXPECT_EQ(sockets("/a\0/left over"_b, ""), (ProxyHeader::UnixAddresses{"/a", ""}));
}

TEST(ProxyHeaderV2Test, MayNameNoClient) {
  const std::vector<std::string> no_client = {
      proxy_v2(proxy_local, 0, ""),                                       // a health check of the proxy itself
      proxy_v2(proxy_local, tcp_over_ipv4, ipv4_addresses()),             // all of it,
      proxy_v2(proxy_local, '\xFF', "nothing that could be an address"),  // addresses included, is ignored
      proxy_v2(proxy_proxied, 0, ""),
      proxy_v2(proxy_proxied, 0x01, ""),
      proxy_v2(proxy_proxied, 0x10, ipv4_addresses()),
      proxy_v2(proxy_proxied, 0x20, ipv6_addresses()),
      proxy_v2(proxy_proxied, 0x30, unix_addresses("/a", "/b")),
  };
  for (const auto& bytes : no_client) EXPECT_EQ(header_of(bytes), ProxyHeader());
}

TEST(ProxyHeaderV2Test, IsIncompleteUntilItsLastByte) {
  const auto tlvs = tlv(0x05, "id") + tlv(0x20, "\1\0\0\0\0"_b + tlv(0x21, "TLSv1.3"));
  const std::vector<std::string> headers = {proxied_v4(), proxied_v4_with_crc(tlvs), proxy_v2(proxy_local, 0, ""),
                                            proxy_v2(proxy_proxied, tcp_over_ipv6, ipv6_addresses() + tlvs),
                                            proxy_v2(proxy_proxied, unix_stream, unix_addresses("/a", "/b"))};
  for (const auto& bytes : headers) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      SCOPED_TRACE(size);
      const auto step = parse_proxy_header(std::string_view(bytes).substr(0, size));
      EXPECT_EQ(step.state, size < 12 ? State::undecided : State::incomplete);
      EXPECT_EQ(step.needed, size < 12 ? size + 1 : size < 16 ? 16 : bytes.size());
    }
    header_of(bytes);
  }
}

TEST(ProxyHeaderV2Test, DescribesErrors) {
  struct Case {
    std::string bytes;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"\r\n\r\n\0\r\nQUIT\n\x01"_b, "unknown version 0"},
      {"\r\n\r\n\0\r\nQUIT\n\x11"_b, "unknown version 1"},
      {"\r\n\r\n\0\r\nQUIT\n\x31"_b, "unknown version 3"},
      {"\r\n\r\n\0\r\nQUIT\n\xF1"_b, "unknown version 15"},
      {"\r\n\r\n\0\r\nQUIT\n\x22"_b, "unknown command 2"},
      {"\r\n\r\n\0\r\nQUIT\n\x2F"_b, "unknown command 15"},
      {proxy_v2(proxy_proxied, 0x41, ipv4_addresses()), "unknown address family 4"},
      {proxy_v2(proxy_proxied, '\xF1', ipv4_addresses()), "unknown address family 15"},
      {proxy_v2(proxy_proxied, 0x13, ipv4_addresses()), "unknown protocol 3"},
      {proxy_v2(proxy_proxied, 0x1F, ipv4_addresses()), "unknown protocol 15"},
      {proxy_v2(proxy_proxied, 0x02, ""), "datagram protocol on a stream connection"},
      {proxy_v2(proxy_proxied, 0x12, ipv4_addresses()), "datagram protocol on a stream connection"},
      {proxy_v2(proxy_proxied, 0x22, ipv6_addresses()), "datagram protocol on a stream connection"},
      {proxy_v2(proxy_proxied, 0x32, unix_addresses("/a", "/b")), "datagram protocol on a stream connection"},
      {proxy_v2(proxy_proxied, tcp_over_ipv4, ""), "0 bytes are too few for addresses of 12"},
      {proxy_v2(proxy_proxied, tcp_over_ipv4, "12345678901"), "11 bytes are too few for addresses of 12"},
      {proxy_v2(proxy_proxied, tcp_over_ipv6, ipv4_addresses()), "12 bytes are too few for addresses of 36"},
      {proxy_v2(proxy_proxied, 0x20, ipv4_addresses()), "12 bytes are too few for addresses of 36"},
      {proxy_v2(proxy_proxied, unix_stream, std::string(215, 'p')), "215 bytes are too few for addresses of 216"},
      {proxied_v4(std::string(5000, '\4')).substr(0, 16), "5028 bytes announced, at most 4096 allowed"},
      {"\r\n\r\n\0\r\nQUIT\n\x20\0\xFF\xFF"_b, "65551 bytes announced, at most 4096 allowed"},
  };
  for (const auto& [bytes, error] : cases) EXPECT_EQ(error_of(bytes), "PROXY header: " + error);
}

TEST(ProxyHeaderV2Test, HasAtMost4KiB) {
  const std::string padding(4096 - 16 - 12 - 3, '\0');
  EXPECT_TRUE(header_of(proxied_v4(tlv(0x04, padding))).addresses);
  EXPECT_EQ(error_of(proxied_v4(tlv(0x04, padding + "x"))), "PROXY header: 4097 bytes announced, at most 4096 allowed");
}

TEST(ProxyTlvsTest, AreRead) {
  const auto tls = tlv(0x21, "TLSv1.3") + tlv(0x22, "alice") + tlv(0x23, "TLS_AES_128_GCM_SHA256") +
                   tlv(0x24, "SHA256") + tlv(0x25, "RSA2048") + tlv(0x28, "not known");
  const auto header = header_of(proxied_v4(tlv(0x01, "h2") + tlv(0x02, "example.org") + tlv(0x04, "padding") +
                                           tlv(0x04, "") + tlv(0x05, "\0\xFF"_b) + tlv(0x20, "\3\0\0\0\0"_b + tls) +
                                           tlv(0x30, "blue") + tlv(0xEA, "of a cloud") + tlv(0xFF, "of the future")));
  EXPECT_TRUE(header.addresses);
  EXPECT_EQ(header.alpn, "h2");
  EXPECT_EQ(header.authority, "example.org");
  EXPECT_EQ(header.unique_id, "\0\xFF"_b);
  EXPECT_EQ(header.network_namespace, "blue");
  EXPECT_EQ(header.tls,
            (ProxyTls{true, true, true, "TLSv1.3", "alice", "TLS_AES_128_GCM_SHA256", "SHA256", "RSA2048"}));
}

TEST(ProxyTlvsTest, AreReadIfNoClientIsNamed) {
  EXPECT_EQ(header_of(proxy_v2(proxy_proxied, 0, tlv(0x05, "id"))).unique_id, "id");
  EXPECT_EQ(header_of(proxy_v2(proxy_proxied, 0x10, ipv4_addresses() + tlv(0x05, "id"))).unique_id, "id");
  EXPECT_EQ(header_of(proxy_v2(proxy_proxied, unix_stream, unix_addresses("", "") + tlv(0x05, "id"))).unique_id, "id");
}

TEST(ProxyTlvsTest, SayIfTheClientIsVerified) {
  const auto tls_of = [](const std::string& value) { return *header_of(proxied_v4(tlv(0x20, value))).tls; };
  EXPECT_EQ(tls_of("\0\0\0\0\0"_b), ProxyTls());
  EXPECT_EQ(tls_of("\1\0\0\0\0"_b), (ProxyTls{true, false, false, "", "", "", "", ""}));
  EXPECT_EQ(tls_of("\3\0\0\0\0"_b), (ProxyTls{true, true, true, "", "", "", "", ""}));
  EXPECT_EQ(tls_of("\5\0\0\0\0"_b), (ProxyTls{true, true, true, "", "", "", "", ""}));
  EXPECT_EQ(tls_of("\3\0\0\0\x12"_b), (ProxyTls{true, true, false, "", "", "", "", ""}));
  EXPECT_EQ(tls_of("\3\1\0\0\0"_b), (ProxyTls{true, true, false, "", "", "", "", ""}));
}

TEST(ProxyTlvsTest, AUniqueIdHasAtMost128Bytes) {
  const std::string id(128, 'i');
  EXPECT_EQ(header_of(proxied_v4(tlv(0x05, id))).unique_id, id);
  EXPECT_EQ(error_of(proxied_v4(tlv(0x05, id + "i"))),
            "PROXY header: the unique id has 129 bytes, at most 128 are allowed");
}

TEST(ProxyTlvsTest, MustNotExtendPastTheEnd) {
  const std::vector<std::string> broken = {"\4"_b, "\4\0"_b, "\4\0\1"_b, "\4\xFF\xFFxx"_b,
                                           tlv(0x05, "id") + "\5\0\3id"_b};
  for (const auto& tlvs : broken)
    EXPECT_EQ(error_of(proxied_v4(tlvs)), "PROXY header: a TLV extends past the end of the header");
  const std::vector<std::string> broken_inside = {"\x21"_b, "\x21\0"_b, "\x21\0\1"_b,
                                                  tlv(0x21, "TLSv1.3") + "\x22\0\6al"_b};
  for (const auto& tlvs : broken_inside)
    EXPECT_EQ(error_of(proxied_v4(tlv(0x20, "\1\0\0\0\0"_b + tlvs) + tlv(0x04, "after it"))),
              "PROXY header: a TLV inside the TLS TLV extends past its end");
  EXPECT_EQ(error_of(proxied_v4(tlv(0x20, "\1\0\0\0"_b))), "PROXY header: the TLS TLV has only 4 bytes");
  EXPECT_EQ(error_of(proxied_v4(tlv(0x20, ""))), "PROXY header: the TLS TLV has only 0 bytes");
}

TEST(ProxyTlvsTest, ACorrectChecksumIsAccepted) {
  EXPECT_TRUE(header_of(proxied_v4_with_crc()).addresses);
  EXPECT_TRUE(header_of(proxied_v4_with_crc(tlv(0x05, "before"), tlv(0x04, "behind"))).addresses);
  EXPECT_EQ(proxied_v4_with_crc().substr(31), "\xD4\x5A\x11\xB9");  // computed elsewhere, bit by bit
}

TEST(ProxyTlvsTest, AWrongChecksumIsRejected) {
  const auto right = proxied_v4_with_crc(tlv(0x04, "padding"));
  for (std::size_t offset = 16; offset < right.size(); ++offset) {
    // A changed type or length is another error.
    if ((offset >= 28 && offset < 31) || (offset >= 38 && offset < 41)) continue;
    auto wrong = right;
    wrong[offset] = static_cast<char>(wrong[offset] ^ 4);
    SCOPED_TRACE(offset);
    EXPECT_EQ(error_of(wrong).substr(0, 29), "PROXY header: the checksum is");
  }
  EXPECT_EQ(error_of(proxied_v4(tlv(0x03, "\0\0\0"_b))), "PROXY header: the checksum has 3 bytes, not 4");
  EXPECT_EQ(error_of(proxied_v4(tlv(0x03, "\0\0\0\0\0"_b))), "PROXY header: the checksum has 5 bytes, not 4");
}

// RFC 3720 appendix B.4.
TEST(Crc32cTest, MatchesTheExamplesOfTheStandard) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c("56789", crc32c("1234")), crc32c("123456789"));
  EXPECT_EQ(crc32c(""), 0U);
}

}  // namespace
}  // namespace portico
