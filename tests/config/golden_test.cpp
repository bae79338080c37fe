#include "config/reading/load.hpp"
#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

// Runs all files in tests/config/golden: each NAME.json has a NAME.txt with the exit code and the output of `check`. To
// accept the current output, run with PORTICO_UPDATE_GOLDEN=1 and review the difference.

namespace portico {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(PORTICO_TEST_CONFIG_FOLDER);

std::string content(const fs::path& file) { return read_file(file, 1 << 24).text.value_or("(no such file)"); }

std::string check_output(const LoadResult& result) {
  std::string text = "exit " + std::to_string(result.exit_code()) + "\n";
  for (const Problem& problem : result.problems) text += to_string(problem) + "\n";
  for (const Problem& warning : result.warnings) text += to_string(warning, "warning") + "\n";
  return text;
}

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(ConfigGoldenTest, EveryFileHasExactlyTheExpectedProblems) {
  const bool update = Env::from_process().get_variable("PORTICO_UPDATE_GOLDEN").has_value();
  const auto handlers = test::handlers();
  std::size_t problems = 0;
  for (const fs::path& file : golden_files()) {
    const std::string name = file.filename().string();
    SCOPED_TRACE(name);
    const LoadResult result = load_config_text(name, content(file), folder, handlers, test::env());
    const fs::path expected = fs::path(file).replace_extension(".txt");
    if (update) std::ofstream(expected, std::ios::binary) << check_output(result);
    EXPECT_EQ(check_output(result), content(expected));
    problems += result.problems.size();
    EXPECT_EQ(check_output(result).find("hunter2"), std::string::npos) << "a secret is shown";
  }
  EXPECT_GE(problems, 60u);
}

}  // namespace
}  // namespace portico
