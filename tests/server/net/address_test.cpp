#include <portico/address.hpp>

#include <asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <string>

namespace portico {
namespace {

using Generic = asio::generic::stream_protocol::endpoint;
using asio::ip::make_address;
using asio::ip::tcp;
using Local = asio::local::stream_protocol::endpoint;

Address address(const char* ip, unsigned short port) { return Address(tcp::endpoint(make_address(ip), port)); }

TEST(AddressTest, TextHasTheFormOfTheConfiguration) {
  EXPECT_EQ(address("192.0.2.1", 7000).to_string(), "192.0.2.1:7000");
  EXPECT_EQ(address("2001:db8::1", 7000).to_string(), "[2001:db8::1]:7000");
  EXPECT_EQ(Address::unix_socket("/run/p.sock").to_string(), "unix:/run/p.sock");
  EXPECT_EQ(Address::unix_socket("@name").to_string(), "unix:@name");
  EXPECT_EQ(Address::unix_socket("").to_string(), "unix:");
}

TEST(AddressTest, GenericAndTcpEndpointsGiveTheSameAddress) {
  for (const char* ip : {"192.0.2.1", "2001:db8::1", "fe80::1%7"}) {
    const tcp::endpoint endpoint(make_address(ip), 7000);
    EXPECT_EQ(Address(Generic(endpoint)), Address(endpoint)) << ip;
  }
}

TEST(AddressTest, MappedIpv4AddressesAreStoredAsIpv4) {
  EXPECT_EQ(address("::ffff:192.0.2.1", 7000), address("192.0.2.1", 7000));
  EXPECT_EQ(Address(Generic(tcp::endpoint(make_address("::ffff:192.0.2.1"), 7000))), address("192.0.2.1", 7000));
}

TEST(AddressTest, UnixAddressIsTheNameOfTheSocket) {
  EXPECT_EQ(Address(Generic(Local("/run/p.sock"))), Address::unix_socket("/run/p.sock"));
  EXPECT_EQ(Address(Generic(Local(std::string("\0name", 5)))), Address::unix_socket("@name"));
  EXPECT_EQ(Address(Generic(Local())), Address::unix_socket(""));
  EXPECT_EQ(Address(Generic(Local("/run/p.sock"))).to_string(), "unix:/run/p.sock");
}

// AcceptEx in Asio leaves such an endpoint.
TEST(AddressTest, EndpointWithoutASizeGivesItsAddress) {
  Generic without_size(tcp::endpoint(make_address("192.0.2.1"), 7000));
  without_size.resize(0);
  EXPECT_EQ(Address(without_size), address("192.0.2.1", 7000));
  Generic unix_without_size{Local()};
  unix_without_size.resize(0);
  EXPECT_EQ(Address(unix_without_size), Address::unix_socket(""));
}

TEST(AddressTest, UnixAddressIsNotAnIpAddress) {
  const auto unnamed = Address::unix_socket("");
  EXPECT_TRUE(unnamed.is_unix());
  EXPECT_TRUE(unnamed.ip().is_unspecified());
  EXPECT_EQ(unnamed.port(), 0);
  EXPECT_FALSE(Address().is_unix());
  EXPECT_NE(unnamed, Address());
  EXPECT_NE(unnamed, Address::unix_socket("/run/p.sock"));
  EXPECT_NE(Address::unix_socket("@a"), Address::unix_socket("@b"));
}

}  // namespace
}  // namespace portico
