// Tests of running other programs.
#include "pki/testing/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pki {
namespace {

TEST(ProgramTest, AnswersOutputAndExitStatus) {
  const ProgramResult result =
      RunProgram({"sh", "-c", "echo \"$1\"; echo err >&2; exit 3", "sh",
                  "two  words; 'quoted' $HOME"});
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.output, "two  words; 'quoted' $HOME\nerr\n");
}

TEST(ProgramTest, SaysWhenAProgramIsMissing) {
  EXPECT_EQ(RunProgram({"no-such-program-here"}).exit_status, 127);
}

TEST(ProgramTest, SaysWhichSignalEndedAProgram) {
  EXPECT_EQ(RunProgram({"sh", "-c", "kill -9 $$"}).exit_status, 128 + 9);
}

TEST(ProgramTest, FilesHoldWhatWasWritten) {
  const std::string bytes("\0\n\xff", 3);
  const std::string path = WriteTestFile("bytes", bytes);
  EXPECT_EQ(ReadTestFile(path), bytes);
  EXPECT_NE(WriteTestFile("bytes", ""), path);
  EXPECT_EQ(RunProgram({"cat", path}).output, bytes);
}

}  // namespace
}  // namespace pki
