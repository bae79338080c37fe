// Version 1, and distinguishing both versions from everything else.

#include "protocol/proxy_protocol/proxy_header.hpp"
#include "tests/support/proxy_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace portico {
namespace {

using State = ProxyHeaderStep::State;
using test::operator""_b;  // NOLINT(misc-unused-using-decls): it does not see the literals

asio::ip::tcp::endpoint at(std::string_view ip, std::uint16_t port) {
  return {asio::ip::make_address(std::string(ip)), port};
}

const std::string longest_v6 =
    "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
const std::string longest_unknown =
    "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";

TEST(ProxyHeaderV1Test, NamesTheClient) {
  struct Case {
    std::string line;
    ProxyHeader::Addresses addresses;
  };
  const std::vector<Case> cases = {
      {"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", {at("192.0.2.1", 56324), at("198.51.100.7", 443)}},
      {"PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", {at("0.0.0.0", 0), at("255.255.255.255", 65535)}},
      {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
       {at("255.255.255.255", 65535), at("255.255.255.255", 65535)}},
      {"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n", {at("2001:db8::1", 1), at("2001:db8::2", 2)}},
      {"PROXY TCP6 2001:DB8:0:0:0:0:0:1 :: 1 2\r\n", {at("2001:db8::1", 1), at("::", 2)}},
      {"PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", {at("::ffff:192.0.2.1", 1), at("::1", 2)}},
      {longest_v6,
       {at("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535), at("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535)}},
  };
  for (const auto& [line, addresses] : cases) {
    SCOPED_TRACE(line);
    const auto step = parse_proxy_header(line + "GET /");
    ASSERT_EQ(step.state, State::complete) << step.error;
    EXPECT_EQ(step.size, line.size());
    EXPECT_EQ(step.header.addresses, addresses);
  }
}

TEST(ProxyHeaderV1Test, UnknownNamesNoClient) {
  ASSERT_EQ(longest_unknown.size(), max_proxy_header_v1);
  for (const auto& line : {"PROXY UNKNOWN\r\n"_b, "PROXY UNKNOWN \r\n"_b, "PROXY UNKNOWN what follows\r\n"_b,
                           "PROXY UNKNOWN \0\x80\xFF\r\n"_b, longest_unknown}) {
    SCOPED_TRACE(line);
    const auto step = parse_proxy_header(line + "\r\n");
    ASSERT_EQ(step.state, State::complete) << step.error;
    EXPECT_EQ(step.size, line.size());
    EXPECT_EQ(step.header, ProxyHeader());
  }
}

TEST(ProxyHeaderV1Test, IsIncompleteUntilItsLastByte) {
  for (const auto& line : {"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"_b, "PROXY UNKNOWN\r\n"_b, longest_v6}) {
    for (std::size_t size = 0; size < line.size(); ++size) {
      SCOPED_TRACE(line.substr(0, size));
      const auto step = parse_proxy_header(std::string_view(line).substr(0, size));
      EXPECT_EQ(step.state, size < 6 ? State::undecided : State::incomplete);
      EXPECT_EQ(step.needed, size + 1);
    }
    EXPECT_EQ(parse_proxy_header(line).state, State::complete);
  }
}

TEST(ProxyHeaderV1Test, EndsWithin107Bytes) {
  const auto none = "PROXY header: no CRLF in the first 107 bytes"_b;
  const auto filled = [](std::size_t size) { return "PROXY UNKNOWN " + std::string(size - 14, 'x'); };
  EXPECT_EQ(parse_proxy_header(filled(105) + "\r\n").state, State::complete);
  EXPECT_EQ(parse_proxy_header(filled(106)).state, State::incomplete);
  EXPECT_EQ(parse_proxy_header(filled(105) + "\r").state, State::incomplete);
  EXPECT_EQ(parse_proxy_header(filled(107)).error, none);
  EXPECT_EQ(parse_proxy_header(filled(106) + "\r").error, none);
  EXPECT_EQ(parse_proxy_header(filled(106) + "\r\n").error, none);
  EXPECT_EQ(parse_proxy_header(filled(5000)).error, none);
}

TEST(ProxyHeaderV1Test, DescribesErrors) {
  const auto shape = "PROXY header: expected two addresses and two ports, separated by single spaces"_b;
  struct Case {
    std::string line;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"PROXY \r\n", R"(PROXY header: "" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n", R"(PROXY header: "TCP5" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n", R"(PROXY header: "tcp4" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n", R"(PROXY header: "" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", R"(PROXY header: "UDP4" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY UNKNOWNS\r\n", R"(PROXY header: "UNKNOWNS" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY a\x1B[2Jb\r\n"_b, R"(PROXY header: "a\u001b[2Jb" is not TCP4, TCP6 or UNKNOWN)"},
      {"PROXY TCP4\r\n", shape},
      {"PROXY TCP4 192.0.2.1\r\n", shape},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n", shape},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n", shape},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n", shape},
      {"PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n", shape},
      {"PROXY TCP4 192.0.2.1\t192.0.2.2 1 2\r\n", shape},
      {"PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n", R"(PROXY header: "2001:db8::1" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2.1 2001:db8::1 1 2\r\n", R"(PROXY header: "2001:db8::1" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n", R"(PROXY header: "192.0.2.01" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n", R"(PROXY header: "192.0.2" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n", R"(PROXY header: "192.0.2.256" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2.1.5 192.0.2.2 1 2\r\n", R"(PROXY header: "192.0.2.1.5" is not a valid TCP4 address)"},
      {"PROXY TCP4 0xC0.0.2.1 192.0.2.2 1 2\r\n", R"(PROXY header: "0xC0.0.2.1" is not a valid TCP4 address)"},
      {"PROXY TCP4 192.0.2.1:9 192.0.2.2 1 2\r\n", R"(PROXY header: "192.0.2.1:9" is not a valid TCP4 address)"},
      {"PROXY TCP4 localhost 192.0.2.2 1 2\r\n", R"(PROXY header: "localhost" is not a valid TCP4 address)"},
      {"PROXY TCP6 192.0.2.1 2001:db8::2 1 2\r\n", R"(PROXY header: "192.0.2.1" is not a valid TCP6 address)"},
      {"PROXY TCP6 2001:db8::1 192.0.2.1 1 2\r\n", R"(PROXY header: "192.0.2.1" is not a valid TCP6 address)"},
      {"PROXY TCP6 fe80::1%lo fe80::2 1 2\r\n", R"(PROXY header: "fe80::1%lo" is not a valid TCP6 address)"},
      {"PROXY TCP6 [::1] ::1 1 2\r\n", R"(PROXY header: "[::1]" is not a valid TCP6 address)"},
      {"PROXY TCP6 1::2::3 ::1 1 2\r\n", R"(PROXY header: "1::2::3" is not a valid TCP6 address)"},
      {"PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n", R"(PROXY header: "1:2:3:4:5:6:7" is not a valid TCP6 address)"},
      {"PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n", R"(PROXY header: "1:2:3:4:5:6:7:8:9" is not a valid TCP6 address)"},
      {"PROXY TCP6 12345::1 ::1 1 2\r\n", R"(PROXY header: "12345::1" is not a valid TCP6 address)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n", R"(PROXY header: "65536" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 99999999999999999999\r\n",
       R"(PROXY header: "99999999999999999999" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n", R"(PROXY header: "01" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 00\r\n", R"(PROXY header: "00" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n", R"(PROXY header: "-1" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n", R"(PROXY header: "+1" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 0x1 2\r\n", R"(PROXY header: "0x1" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 http 2\r\n", R"(PROXY header: "http" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2  2\r\n", R"(PROXY header: "" is not a valid port)"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n", "PROXY header: the line does not end in CRLF"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\rX", "PROXY header: the line does not end in CRLF"},
      {"PROXY UNKNOWN\n", "PROXY header: the line does not end in CRLF"},
  };
  for (const auto& [line, error] : cases) {
    SCOPED_TRACE(line);
    const auto step = parse_proxy_header(line);
    EXPECT_EQ(step.state, State::invalid);
    EXPECT_EQ(step.error, error);
  }
}

TEST(ProxyHeaderTest, TheFirstDifferentByteShowsThatThereIsNone) {
  const auto v2 = "\r\n\r\n\0\r\nQUIT\n"_b;
  for (const auto& signature : {"PROXY "_b, v2})
    for (std::size_t size = 0; size < signature.size(); ++size) {
      SCOPED_TRACE(size);
      const auto begun = signature.substr(0, size);
      EXPECT_EQ(parse_proxy_header(begun).state, State::undecided);
      EXPECT_EQ(parse_proxy_header(begun).needed, size + 1);
      EXPECT_EQ(parse_proxy_header(begun + "#").state, State::absent);
      EXPECT_EQ(parse_proxy_header(begun + "#" + signature.substr(size + 1)).state, State::absent);
    }
  for (const auto& other :
       {"GET / HTTP/1.1\r\n"_b, "PROXYTCP4"_b, "proxy TCP4"_b, "\x16\x03\x01"_b, "\r\n\r\nQUIT\n"_b})
    EXPECT_EQ(parse_proxy_header(other).state, State::absent) << other;
}

}  // namespace
}  // namespace portico
