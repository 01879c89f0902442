// The functions that SQLite calls. None lets an exception pass, as SQLite is C.
#include "store/vfs.hpp"

#include "store/page_check.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>

namespace millrace::store {

namespace {

constexpr int longest_path = 1024;

// Runs `call`; a file error becomes SQLite's code for a full disk or `otherwise`.
template <class Call>
int guarded(int otherwise, const Call& call) noexcept {
  try {
    return call();
  } catch (const base::FileError& error) {
    return error.code().value() == ENOSPC ? SQLITE_FULL : otherwise;
  } catch (...) {
    return otherwise;
  }
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// One open file; SQLite sees a `Handle` that points to it.
class VfsFile {
 public:
  struct Handle {
    sqlite3_file base;  // first, as SQLite's own pointer to it is cast
    VfsFile* file;
  };

  VfsFile(Vfs& vfs, std::string path, bool is_database)
      : vfs_(vfs),
        path_(std::move(path)),
        is_database_(is_database),
        file_(vfs.files_.open(path_, base::Open::write)) {}

  static const sqlite3_io_methods* methods();

 private:
  static VfsFile& of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->file; }

  [[nodiscard]] bool is_page(int size, sqlite3_int64 offset) const {
    return is_database_ && size == static_cast<int>(page_size) &&
           static_cast<std::uint64_t>(offset) % page_size == 0;
  }

  int read(char* out, int size, sqlite3_int64 offset) {
    const auto wanted = static_cast<std::size_t>(size);
    const auto place = static_cast<std::uint64_t>(offset);
    const std::size_t got = file_->read_at(place, out, wanted);
    if (got < wanted) {
      std::memset(out + got, 0, wanted - got);
      return SQLITE_IOERR_SHORT_READ;
    }
    const bool is_sound = !is_page(size, offset) || is_sound_page(place, {out, wanted});
    return is_sound ? SQLITE_OK : SQLITE_IOERR_DATA;
  }

  int write(const char* bytes, int size, sqlite3_int64 offset) {
    if (vfs_.is_broken()) return SQLITE_IOERR_WRITE;
    const std::string_view given(bytes, static_cast<std::size_t>(size));
    const auto place = static_cast<std::uint64_t>(offset);
    if (is_page(size, offset)) {
      file_->write_at(place, sealed_page(place, given));
    } else {
      file_->write_at(place, given);
    }
    return SQLITE_OK;
  }

  int truncate(sqlite3_int64 size) {
    if (vfs_.is_broken()) return SQLITE_IOERR_TRUNCATE;
    file_->truncate(static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  }

  int sync() noexcept {
    if (vfs_.is_broken()) return SQLITE_IOERR_FSYNC;
    try {
      file_->sync();
      if (folder_is_unsynced_) vfs_.files_.sync_folder(folder_of(path_));
      folder_is_unsynced_ = false;
      return SQLITE_OK;
    } catch (...) {
      vfs_.broken_ = true;
      return SQLITE_IOERR_FSYNC;
    }
  }

  int lock(int level) {
    level_ = vfs_.locks_.lock(this, level_, level);
    return level_ >= level ? SQLITE_OK : SQLITE_BUSY;
  }

  void close() {
    vfs_.index_.leave(member_);
    if (is_database_) static_cast<void>(vfs_.locks_.unlock(this, level_, SQLITE_LOCK_NONE));
  }

  Vfs& vfs_;
  const std::string path_;
  const bool is_database_;
  // Even where the file was there: the process that made it may have died before it synced the
  // name.
  bool folder_is_unsynced_ = true;
  std::unique_ptr<base::File> file_;
  int level_ = SQLITE_LOCK_NONE;
  WalIndex::Member member_;
};

const sqlite3_io_methods* VfsFile::methods() {
  static constexpr sqlite3_io_methods all = {
      .iVersion = 2,
      .xClose =
          [](sqlite3_file* file) {
            of(file).close();
            delete &of(file);
            return SQLITE_OK;
          },
      .xRead =
          [](sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
            return guarded(SQLITE_IOERR_READ,
                           [&] { return of(file).read(static_cast<char*>(out), size, offset); });
          },
      .xWrite =
          [](sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
            return guarded(SQLITE_IOERR_WRITE, [&] {
              return of(file).write(static_cast<const char*>(bytes), size, offset);
            });
          },
      .xTruncate =
          [](sqlite3_file* file, sqlite3_int64 size) {
            return guarded(SQLITE_IOERR_TRUNCATE, [&] { return of(file).truncate(size); });
          },
      .xSync = [](sqlite3_file* file, int) { return of(file).sync(); },
      .xFileSize =
          [](sqlite3_file* file, sqlite3_int64* size) {
            return guarded(SQLITE_IOERR_FSTAT, [&] {
              *size = static_cast<sqlite3_int64>(of(file).file_->size());
              return SQLITE_OK;
            });
          },
      .xLock = [](sqlite3_file* file, int level) { return of(file).lock(level); },
      .xUnlock =
          [](sqlite3_file* file, int level) {
            VfsFile& self = of(file);
            self.level_ = self.vfs_.locks_.unlock(&self, self.level_, level);
            return SQLITE_OK;
          },
      .xCheckReservedLock =
          [](sqlite3_file* file, int* answer) {
            *answer = of(file).vfs_.locks_.is_reserved() ? 1 : 0;
            return SQLITE_OK;
          },
      .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
      .xSectorSize = [](sqlite3_file*) { return static_cast<int>(page_size); },
      .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
      .xShmMap =
          [](sqlite3_file* file, int number, int size, int extend, volatile void** region) {
            VfsFile& self = of(file);
            return guarded(SQLITE_NOMEM, [&] {
              *region = self.vfs_.index_.region(self.member_, number, size, extend != 0);
              return SQLITE_OK;
            });
          },
      .xShmLock =
          [](sqlite3_file* file, int first, int count, int flags) {
            VfsFile& self = of(file);
            return self.vfs_.index_.lock(self.member_, first, count, flags);
          },
      .xShmBarrier = [](sqlite3_file* file) { of(file).vfs_.index_.barrier(); },
      .xShmUnmap =
          [](sqlite3_file* file, int) {
            VfsFile& self = of(file);
            self.vfs_.index_.leave(self.member_);
            return SQLITE_OK;
          },
  };
  return &all;
}

Vfs::Vfs(base::Files& files)
    : files_(files), name_("millrace-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(VfsFile::Handle);
  vfs_.mxPathname = longest_path;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  vfs_.xAccess = access;
  vfs_.xFullPathname = full_path;
  borrow_from_default();
  sqlite3_vfs_register(&vfs_, 0);
}

Vfs::~Vfs() { sqlite3_vfs_unregister(&vfs_); }

// What has nothing to do with files.
void Vfs::borrow_from_default() {
  const sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
  vfs_.xRandomness = system->xRandomness;
  vfs_.xSleep = system->xSleep;
  vfs_.xCurrentTime = system->xCurrentTime;
  vfs_.xCurrentTimeInt64 = system->xCurrentTimeInt64;
  vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
}

int Vfs::open(sqlite3_vfs* self, const char* path, sqlite3_file* file, int flags, int* opened) {
  file->pMethods = nullptr;
  constexpr int known = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
  if (path == nullptr || (flags & known) == 0) return SQLITE_CANTOPEN;
  return guarded(SQLITE_CANTOPEN, [&] {
    Vfs& vfs = *static_cast<Vfs*>(self->pAppData);
    const bool is_new = !vfs.files_.exists(path);
    if (is_new && ((flags & SQLITE_OPEN_CREATE) == 0 || vfs.is_broken())) return SQLITE_CANTOPEN;
    reinterpret_cast<VfsFile::Handle*>(file)->file =
        new VfsFile(vfs, path, (flags & SQLITE_OPEN_MAIN_DB) != 0);
    file->pMethods = VfsFile::methods();
    if (opened != nullptr) *opened = flags;
    return SQLITE_OK;
  });
}

int Vfs::remove(sqlite3_vfs* self, const char* path, int sync_folder) {
  Vfs& vfs = *static_cast<Vfs*>(self->pAppData);
  if (vfs.is_broken()) return SQLITE_IOERR_DELETE;
  return guarded(SQLITE_IOERR_DELETE, [&] {
    vfs.files_.remove(path);
    if (sync_folder == 0) return SQLITE_OK;
    try {
      vfs.files_.sync_folder(folder_of(path));
    } catch (...) {
      vfs.broken_ = true;
      throw;
    }
    return SQLITE_OK;
  });
}

int Vfs::access(sqlite3_vfs* self, const char* path, int, int* answer) {
  Vfs& vfs = *static_cast<Vfs*>(self->pAppData);
  return guarded(SQLITE_IOERR_ACCESS, [&] {
    *answer = vfs.files_.exists(path) ? 1 : 0;
    return SQLITE_OK;
  });
}

int Vfs::full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  if (std::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, path);
  return SQLITE_OK;
}

}  // namespace millrace::store
