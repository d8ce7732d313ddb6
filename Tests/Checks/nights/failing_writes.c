// Makes what a process does to the files of one database fail, or kills it there. To be preloaded (LD_PRELOAD).
//
// FAULT_PATH      what the absolute paths of these files begin with
// FAULT_CALL      write, sync, truncate, map, any: which calls count
// FAULT_NUMBER    the call at which it happens, from 1
// FAULT_WHAT      error number; or "short": writes a half; "torn": writes a half and dies; "kill": dies
// FAULT_STAYS     if set, all later calls of the kind fail, too
// FAULT_READONLY  if set, the files cannot be opened for writing, as on a file system that is mounted read-only
// FAULT_REPORT    file that is told, at each call: its kind and number, and whether it was made to fail

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls;

static int concerns_path(const char *path) {
    const char *prefix = getenv("FAULT_PATH");
    return prefix && strncmp(path, prefix, strlen(prefix)) == 0;
}

static int concerns(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    return concerns_path(path);
}

static void report(const char *kind, int number, const char *what) {
    const char *file = getenv("FAULT_REPORT");
    if (!file) return;
    int descriptor = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    char line[96];
    int count = snprintf(line, sizeof line, "%s %d %s\n", kind, number, what);
    syscall(SYS_write, descriptor, line, (size_t)count);
    syscall(SYS_close, descriptor);
}

/// What is to happen at this call: nothing (0), an error number, or one of the letters of short, torn, kill (negative).
static int fault(const char *kind) {
    const char *call = getenv("FAULT_CALL"), *what = getenv("FAULT_WHAT"), *at = getenv("FAULT_NUMBER");
    if (!call || (strcmp(call, kind) != 0 && strcmp(call, "any") != 0)) return 0;
    int number = atomic_fetch_add(&calls, 1) + 1, chosen = at ? atoi(at) : 0;
    int strikes = what && (number == chosen || (number > chosen && getenv("FAULT_STAYS")));
    report(kind, number, strikes ? what : "passed");
    if (!strikes) return 0;
    if (strcmp(what, "kill") == 0) raise(SIGKILL);
    return *what >= '0' && *what <= '9' ? atoi(what) : -*what;
}

static ssize_t written(int descriptor, const void *bytes, size_t count, off_t offset) {
    if (offset < 0) return syscall(SYS_write, descriptor, bytes, count);
    return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

static ssize_t write_at(int descriptor, const void *bytes, size_t count, off_t offset) {
    int what = concerns(descriptor) ? fault("write") : 0;
    if (what > 0) {
        errno = what;
        return -1;
    }
    if (what == -'t' && count < 2) raise(SIGKILL);
    if (what == 0 || count < 2) return written(descriptor, bytes, count, offset);
    ssize_t half = written(descriptor, bytes, count / 2, offset);
    if (what == -'t') raise(SIGKILL);
    return half;
}

ssize_t write(int descriptor, const void *bytes, size_t count) { return write_at(descriptor, bytes, count, -1); }

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return write_at(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return write_at(descriptor, bytes, count, offset);
}

/// Whether the call is to fail; those that write nothing cannot be done by half.
static int fails(int descriptor, const char *kind) {
    int what = concerns(descriptor) ? fault(kind) : 0;
    if (what == -'t') raise(SIGKILL);
    if (what == 0) return 0;
    errno = what > 0 ? what : EIO;
    return 1;
}

int fsync(int descriptor) { return fails(descriptor, "sync") ? -1 : (int)syscall(SYS_fsync, descriptor); }

int fdatasync(int descriptor) { return fails(descriptor, "sync") ? -1 : (int)syscall(SYS_fdatasync, descriptor); }

int ftruncate(int descriptor, off_t size) {
    return fails(descriptor, "truncate") ? -1 : (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

void *mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) {
    if (descriptor >= 0 && fails(descriptor, "map")) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, size, protection, flags, descriptor, offset);
}

void *mmap64(void *address, size_t size, int protection, int flags, int descriptor, off64_t offset) {
    return mmap(address, size, protection, flags, descriptor, offset);
}

/// The same for a path as a program names it.
static int concerns_name(const char *path) {
    char whole[4096];
    if (!realpath(path, whole)) {
        // A file that is to be made; the folder it will be in is the one that SQLite and the program name.
        size_t length = *path != '/' && getcwd(whole, sizeof whole / 2) ? strlen(whole) : 0;
        snprintf(whole + length, sizeof whole - length, "%s%s", length ? "/" : "", path);
    }
    return concerns_path(whole);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    if (getenv("FAULT_READONLY") && (flags & O_ACCMODE) != O_RDONLY && concerns_name(path)) {
        struct stat status;
        int exists = fstatat(folder, path, &status, 0) == 0;
        if (!exists || !(flags & O_EXCL)) {
            report("open", 0, path);
            errno = EROFS;
            return -1;
        }
    }
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int access(const char *path, int mode) {
    if (getenv("FAULT_READONLY") && mode & W_OK && concerns_name(path)) {
        errno = EROFS;
        return -1;
    }
    return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? (mode_t)va_arg(rest, int) : 0;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        return open_at(AT_FDCWD, path, flags, mode);                                                                   \
    }

OPEN(open)
OPEN(open64)
