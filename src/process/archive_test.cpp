// Archives: what is packed comes back equal, the same contents give the same bytes, and a hostile
// archive writes nothing outside.
#include "process/archive.hpp"

#include "process/tar.hpp"
#include "process/test_folder.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace millrace::process {
namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Raw {
  std::string name;
  char kind = tar::regular;
  std::string text;
  std::string link;
};

std::string tar_entry(const Raw& raw) {
  tar::Header header{};
  std::memcpy(header.name, raw.name.data(), std::min(raw.name.size(), sizeof header.name));
  std::memcpy(header.link, raw.link.data(), raw.link.size());
  std::snprintf(header.size, sizeof header.size, "%011zo", raw.text.size());
  std::memcpy(header.mode, "0000644", 8);
  std::memcpy(header.magic, "ustar", 6);
  header.kind = raw.kind;
  std::snprintf(header.checksum, sizeof header.checksum, "%06o", tar::checksum(header));
  std::string out(reinterpret_cast<const char*>(&header), sizeof header);
  out += raw.text;
  out.resize((out.size() + tar::block - 1) / tar::block * tar::block, '\0');
  return out;
}

void write_gzip(const fs::path& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

void write_archive(const fs::path& path, const std::vector<Raw>& entries) {
  std::string bytes;
  for (const Raw& raw : entries) bytes += tar_entry(raw);
  write_gzip(path, bytes + std::string(2 * tar::block, '\0'));
}

std::string refusal(const fs::path& archive, const fs::path& target,
                    const UnpackLimits& limits = {}) {
  try {
    unpack_archive(archive, target, limits);
  } catch (const ArchiveError& error) {
    return error.what();
  }
  return "";
}

TEST(Archive, GivesBackWhatWasPacked) {
  const TestFolder folder;
  const std::string long_name = std::string(90, 'a') + "/" + std::string(90, 'b');
  std::string large(3'000'001, 'x');
  for (std::size_t at = 0; at < large.size(); ++at) large[at] = static_cast<char>(at * at % 251);
  write_text(folder.path() / "from/model", "the model");
  write_text(folder.path() / "from/empty", "");
  write_text(folder.path() / "from" / long_name, "deep");
  write_text(folder.path() / "from/large.bin", large);
  pack_folder(folder.path() / "from", folder.path() / "a.tar.gz");
  unpack_archive(folder.path() / "a.tar.gz", folder.path() / "to");
  EXPECT_EQ(read_text(folder.path() / "to/model"), "the model");
  EXPECT_TRUE(fs::exists(folder.path() / "to/empty"));
  EXPECT_EQ(read_text(folder.path() / "to" / long_name), "deep");
  EXPECT_EQ(read_text(folder.path() / "to/large.bin"), large);
}

TEST(Archive, IsReadByTar) {
  const TestFolder folder;
  write_text(folder.path() / "from/model", "the model");
  write_text(folder.path() / "from" / std::string(120, 'n'), "long");
  pack_folder(folder.path() / "from", folder.path() / "a.tar.gz");
  const std::string command = "tar tzf " + (folder.path() / "a.tar.gz").string() + " > " +
                              (folder.path() / "names").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_text(folder.path() / "names"), "model\n" + std::string(120, 'n') + "\n");
}

TEST(Archive, ReadsWhatTarWrites) {
  for (const std::string format : {"gnu", "pax", "ustar", "v7"}) {
    const TestFolder folder;
    const std::string name = format == "v7" || format == "ustar" ? "short" : std::string(180, 'n');
    write_text(folder.path() / "from/code" / name, "text");
    const std::string command = "tar czf " + (folder.path() / "a.tar.gz").string() +
                                " --format=" + format + " -C " + (folder.path() / "from").string() +
                                " .";
    ASSERT_EQ(std::system(command.c_str()), 0);
    unpack_archive(folder.path() / "a.tar.gz", folder.path() / "to");
    EXPECT_EQ(read_text(folder.path() / "to/code" / name), "text") << format;
  }
}

TEST(Archive, IsTheSameForTheSameContents) {
  const TestFolder folder;
  for (const char* name : {"one", "two"}) {
    write_text(folder.path() / name / "b", "b");
    write_text(folder.path() / name / "a", "a");
    pack_folder(folder.path() / name, folder.path() / (std::string(name) + ".tar.gz"));
  }
  EXPECT_EQ(read_text(folder.path() / "one.tar.gz"), read_text(folder.path() / "two.tar.gz"));
}

TEST(Archive, RefusesToPackALink) {
  const TestFolder folder;
  fs::create_directories(folder.path() / "from");
  fs::create_symlink("/etc/passwd", folder.path() / "from/link");
  EXPECT_THROW(pack_folder(folder.path() / "from", folder.path() / "a.tar.gz"), ArchiveError);
}

TEST(Archive, RefusesWhatLeadsOutside) {
  const TestFolder folder;
  const fs::path archive = folder.path() / "a.tar.gz";
  const std::vector<Raw> hostile = {{.name = "/etc/evil", .text = "x"},
                                    {.name = "../evil", .text = "x"},
                                    {.name = "a/../../evil", .text = "x"},
                                    {.name = "link", .kind = '2', .link = "/etc"},
                                    {.name = "hard", .kind = '1', .link = "/etc/passwd"},
                                    {.name = "device", .kind = '3'}};
  for (const Raw& raw : hostile) {
    write_archive(archive, {raw});
    EXPECT_NE(refusal(archive, folder.path() / "to"), "") << raw.name;
  }
  EXPECT_FALSE(fs::exists(folder.path() / "evil"));
}

TEST(Archive, MayNameTheFolderItself) {
  const TestFolder folder;
  const fs::path archive = folder.path() / "a.tar.gz";
  write_archive(archive, {{.name = "/", .kind = '5'}, {.name = "model", .text = "x"}});
  EXPECT_EQ(refusal(archive, folder.path() / "to"), "");
  EXPECT_EQ(read_text(folder.path() / "to/model"), "x");
}

TEST(Archive, HoldsItsLimits) {
  const TestFolder folder;
  const fs::path archive = folder.path() / "a.tar.gz";
  write_archive(archive,
                {{.name = "a", .text = std::string(2000, 'x')}, {.name = "b", .text = "y"}});
  EXPECT_NE(refusal(archive, folder.path() / "t1", {.bytes = 1999}), "");
  EXPECT_NE(refusal(archive, folder.path() / "t2", {.entries = 1}), "");
  EXPECT_EQ(refusal(archive, folder.path() / "t3", {.bytes = 2001, .entries = 2}), "");
  std::string zeros;
  zeros.resize(40'000'000);
  write_archive(archive, {{.name = "zeros", .text = zeros}});
  EXPECT_NE(refusal(archive, folder.path() / "t4", {.expansion = 10}).find("expands"),
            std::string::npos);
}

TEST(Archive, NamesWhatIsNoArchive) {
  const TestFolder folder;
  const fs::path archive = folder.path() / "a.tar.gz";
  write_text(archive, "plain text");
  EXPECT_NE(refusal(archive, folder.path() / "to").find("gzip"), std::string::npos);
  write_gzip(archive, std::string(1024, 'z'));
  EXPECT_NE(refusal(archive, folder.path() / "to").find("no tar"), std::string::npos);
  write_archive(archive, {{.name = "a", .text = std::string(5000, 'x')}});
  fs::resize_file(archive, fs::file_size(archive) - 12);
  EXPECT_NE(refusal(archive, folder.path() / "to"), "");
}

// A pax record is "LENGTH path=NAME\n"; GNU's long name is the name alone.
TEST(Archive, BoundsLongNamesAndRecords) {
  const TestFolder folder;
  const std::size_t bound = 1 << 20;
  const auto said = [&](char kind, const std::string& text) {
    write_archive(folder.path() / "a.tar.gz",
                  {{.name = "long", .kind = kind, .text = text}, {.name = "file", .text = "x"}});
    return refusal(folder.path() / "a.tar.gz", folder.path() / "to");
  };
  const auto comment = [](std::size_t size) {
    const std::string start = std::to_string(size) + " comment=";
    return start + std::string(size - start.size() - 1, 'c') + "\n";
  };
  EXPECT_EQ(said(tar::pax, comment(bound)), "");
  EXPECT_EQ(said(tar::pax, comment(bound + 1)), "the archive has too large pax records");
  EXPECT_EQ(said(tar::gnu_long_name, std::string(bound + 1, 'n')),
            "the archive has too large pax records");
}

}  // namespace
}  // namespace millrace::process
