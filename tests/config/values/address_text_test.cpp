#include "config/values/address_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace portico {
namespace {

TEST(NetworkTextTest, Ipv4InIpv6FormIsTheIpv4Network) {
  const std::pair<const char*, const char*> cases[] = {
      {"::ffff:10.0.0.1", "10.0.0.1/32"},     {"::ffff:a00:1", "10.0.0.1/32"},
      {"::ffff:10.0.0.1/128", "10.0.0.1/32"}, {"::ffff:10.0.0.0/104", "10.0.0.0/8"},
      {"0:0:0:0:0:FFFF:0:0/96", "0.0.0.0/0"}, {"::fffe:10.0.0.1", "::fffe:a00:1/128"},
      {"::10.0.0.1", "::a00:1/128"},          {"::/0", "::/0"},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = network_from_text(text);
    ASSERT_TRUE(parsed.value) << text << ": " << parsed.error;
    EXPECT_EQ(network_to_text(*parsed.value), expected) << text;
  }
}

TEST(NetworkTextTest, Ipv4InIpv6FormNeedsAPrefixOfAtLeast96Bits) {
  for (const char* text : {"::ffff:0:0/95", "::ffff:10.0.0.1/32", "::ffff:10.0.0.1/0"})
    EXPECT_EQ(network_from_text(text).error, "must have a prefix from 96 to 128 after an IPv4 address in IPv6 form");
  EXPECT_EQ(network_from_text("::ffff:10.0.0.1/104").suggestion, "10.0.0.0/8");
}

TEST(ListenAddressTextTest, AnAddressOnWhichNoSocketCanListenIsAnError) {
  const auto mapped = listen_address_from_text("[::ffff:127.0.0.1]:7000");
  EXPECT_EQ(mapped.error, "must have an IPv4 address in its own form");
  EXPECT_EQ(mapped.suggestion, "127.0.0.1:7000");
  for (const char* text : {"[fe80::1]:7000", "[febf::1]:0", "[FE80::1%]:7000"})
    EXPECT_NE(listen_address_from_text(text).error.find("must name the interface"), std::string::npos) << text;
  for (const char* text : {"[fe80::1%eth0]:7000", "[fec0::1]:7000", "[::1]:7000", "[::]:7000"})
    EXPECT_TRUE(listen_address_from_text(text).value) << text;
}

}  // namespace
}  // namespace portico
