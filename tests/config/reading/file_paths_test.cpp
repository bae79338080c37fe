#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace portico::test {
namespace {

// Returns the option "file" of a configuration in `base` that sets it to `text` (as JSON).
std::filesystem::path read_path(const std::string& text, const std::filesystem::path& base) {
  const auto result = load(R"({ "endpoints": { "k": { "listen": ":7000", "handler": "kinds", "options": { "file": ")" +
                               text + R"(" } } } })",
                           base);
  EXPECT_TRUE(result.loaded()) << (result.problems.empty() ? "" : to_string(result.problems.front()));
  if (!result.loaded()) return {};
  return static_cast<const EveryKind*>(result.config.endpoints[0].options.get())->file;
}

TEST(FilePathsTest, ARelativePathIsRelativeToTheFile) {
  const auto base = std::filesystem::temp_directory_path();
  EXPECT_EQ(read_path("keys/a.pem", base), base / "keys/a.pem");
}

TEST(FilePathsTest, AnAbsolutePathIsKept) {
  const auto base = std::filesystem::temp_directory_path();
  const auto absolute = base / "elsewhere" / "a.pem";
  EXPECT_EQ(read_path(absolute.generic_string(), base / "here"), absolute);
}

// Loads a configuration in `base` with an endpoint that listens on `text`.
LoadResult listen_on(const std::string& text, const std::filesystem::path& base) {
  return load(R"({ "endpoints": { "e": { "listen": ")" + text + R"(", "handler": "echo" } } })", base);
}

TEST(FilePathsTest, AUnixSocketPathIsRelativeToTheFile) {
  const auto base = std::filesystem::temp_directory_path();
  const auto absolute = (base / "elsewhere" / "p.sock").generic_string();
  EXPECT_EQ(listen_on("unix:p.sock", base).config.endpoints[0].listen[0].path, (base / "p.sock").string());
  EXPECT_EQ(listen_on("unix:" + absolute, base / "here").config.endpoints[0].listen[0].path, absolute);
  EXPECT_EQ(listen_on("unix:@p.sock", base).config.endpoints[0].listen[0].path, "@p.sock") << "no file";
}

TEST(FilePathsTest, AUnixSocketPathIsLimitedToTheSystemsMaximum) {
  const auto base = std::filesystem::temp_directory_path() / std::string(60, 'x');
  EXPECT_TRUE(listen_on("unix:" + std::string(20, 'y'), base).loaded());
  const auto result = listen_on("unix:" + std::string(60, 'y'), base);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_TRUE(result.problems[0].message.starts_with(
      "must have a path of at most 107 bytes, including the folder of this file, but is "))
      << result.problems[0].message;
}

#ifdef _WIN32
TEST(FilePathsTest, ADriveLetterMakesAPathAbsolute) {
  EXPECT_EQ(read_path(R"(D:\\certs\\a.pem)", R"(C:\portico)"), std::filesystem::path(R"(D:\certs\a.pem)"));
}

TEST(FilePathsTest, BackslashesAreSeparators) {
  EXPECT_EQ(read_path(R"(certs\\a.pem)", R"(C:\portico)").lexically_normal(),
            std::filesystem::path(R"(C:\portico\certs\a.pem)"));
}
#else
TEST(FilePathsTest, ABackslashIsNotASeparator) {
  EXPECT_EQ(read_path(R"(certs\\a.pem)", "/etc/portico"), std::filesystem::path(R"(/etc/portico/certs\a.pem)"));
}
#endif

}  // namespace
}  // namespace portico::test
