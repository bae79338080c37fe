// The sockets of a name, over a function of the test that opens them.

#include "server/net/listening_socket.hpp"

#include <gtest/gtest.h>

#include <string>
#include <system_error>
#include <vector>

namespace portico {
namespace {

using asio::ip::tcp;

TEST(ListenHintTest, APortThatIsDeniedHasAHint) {
  ListenAddress address;
  address.host = "0.0.0.0";
  address.port = 80;
#ifdef _WIN32
  const std::string_view expected = "excludedportrange";
#else
  const std::string_view expected = "ports below 1024 need a privilege";
#endif
  EXPECT_NE(listen_hint(address, asio::error::access_denied).find(expected), std::string_view::npos);
  EXPECT_EQ(listen_hint(address, asio::error::address_in_use), "");
}

class OpenAddressesTest : public testing::Test {
 protected:
  // Returns the error of an address that the host does not have.
  static std::error_code not_available() {
    asio::io_context context;
    tcp::acceptor socket(context);
    std::error_code error;
    socket.open(tcp::v4());
    socket.bind({asio::ip::make_address("192.0.2.1"), 0}, error);
    EXPECT_TRUE(error);
    return error;
  }

  static tcp::endpoint at(const char* ip) { return {asio::ip::make_address(ip), 7000}; }

  OpenedSockets open(const std::vector<tcp::endpoint>& addresses) {
    return open_addresses(
        addresses,
        [this](const tcp::endpoint& address) -> ListeningSocket {
          tried.push_back(address);
          if (address.address().is_v6() && v6_error) throw std::system_error(v6_error, "bind");
          if (address.address().is_v4() && v4_error) throw std::system_error(v4_error, "bind");
          return {StreamAcceptor(context), nullptr};
        },
        [this] { return has_ipv6; });
  }

  asio::io_context context;
  std::error_code v4_error, v6_error;
  bool has_ipv6 = true;
  std::vector<tcp::endpoint> tried;
};

TEST_F(OpenAddressesTest, AnAddressThatIsListedTwiceIsOpenedOnce) {
  const auto opened = open({at("127.0.0.1"), at("::1"), at("127.0.0.1")});
  EXPECT_EQ(tried, (std::vector{at("127.0.0.1"), at("::1")}));
  EXPECT_EQ(opened.sockets.size(), 2U);
  EXPECT_TRUE(opened.warnings.empty());
}

TEST_F(OpenAddressesTest, Ipv6IsPassedOverWithAWarningWhereTheHostHasNone) {
  has_ipv6 = false;
  for (const std::error_code& error : {std::error_code(asio::error::address_family_not_supported), not_available()}) {
    v6_error = error;
    const auto opened = open({at("::1"), at("127.0.0.1")});
    EXPECT_EQ(opened.sockets.size(), 1U);
    EXPECT_EQ(opened.warnings, std::vector<std::string>{"[::1]:7000 is passed over: this host has no IPv6"});
  }
}

TEST_F(OpenAddressesTest, NothingIsPassedOverWithoutAnotherAddress) {
  has_ipv6 = false;
  v6_error = asio::error::address_family_not_supported;
  EXPECT_THROW(open({at("::1")}), std::system_error);
}

TEST_F(OpenAddressesTest, EveryOtherErrorIsReported) {
  v6_error = not_available();
  EXPECT_THROW(open({at("127.0.0.1"), at("2001:db8::1")}), std::system_error) << "the host has IPv6";
  v6_error = asio::error::address_in_use;
  has_ipv6 = false;
  EXPECT_THROW(open({at("127.0.0.1"), at("::1")}), std::system_error);
  v4_error = not_available();
  EXPECT_THROW(open({at("127.0.0.1")}), std::system_error);
}

TEST(ListeningSocketTest, ErrorNamesTheAddressThatFailed) {
  asio::io_context context;
  const tcp::acceptor taken(context, {asio::ip::address_v4::loopback(), 0}, /*reuse_addr=*/false);
  EndpointConfig config;
  InheritedSockets none;
  const auto port = taken.local_endpoint().port();
  try {
    open_listening_sockets(context, {{"127.0.0.1", port, {}}, {}, {}}, config, none);
    FAIL() << "nothing was thrown";
  } catch (const std::system_error& error) {
    const auto expected = "bind to 127.0.0.1:" + std::to_string(port) + ": ";
    EXPECT_EQ(std::string(error.what()).substr(0, expected.size()), expected);
  }
}

}  // namespace
}  // namespace portico
