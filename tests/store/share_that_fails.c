/* A share that stalls, breaks off, or does what it was asked and loses the answer.

   Loaded before libc (LD_PRELOAD) by test_store_share.py. Calls that touch a path below SHARE_FOLDER
   are counted; the first SHARE_GOOD of them pass. Then SHARE_WAY decides: "stall" waits
   SHARE_MILLISECONDS each time, "break" fails with SHARE_ERRNO, "late" does it, waits and fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static long count;

static int below(const char *path)
{
    const char *folder = getenv("SHARE_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int open_below(int file)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return below(path);
}

/* 0: pass. 1: fail without doing it. 2: do it, then fail. */
static int fate(int touches)
{
    const char *way = getenv("SHARE_WAY");
    if (!touches || !way || ++count <= atol(getenv("SHARE_GOOD")))
        return 0;
    if (strcmp(way, "break") != 0) {
        long wait = atol(getenv("SHARE_MILLISECONDS"));
        struct timespec pause = {wait / 1000, wait % 1000 * 1000000L};
        nanosleep(&pause, NULL);
    }
    if (strcmp(way, "stall") == 0)
        return 0;
    return strcmp(way, "late") == 0 ? 2 : 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define DO(touches, call)                                                                          \
    do {                                                                                           \
        int what = fate(touches);                                                                  \
        if (what == 0)                                                                             \
            return call;                                                                           \
        if (what == 2)                                                                             \
            (void)!call;                                                                           \
        errno = atoi(getenv("SHARE_ERRNO"));                                                       \
        return -1;                                                                                 \
    } while (0)

int fsync(int file) { DO(open_below(file), REAL(fsync)(file)); }

ssize_t write(int file, const void *data, size_t size)
{
    DO(open_below(file), REAL(write)(file, data, size));
}

ssize_t read(int file, void *data, size_t size)
{
    DO(open_below(file), REAL(read)(file, data, size));
}

int fstat(int file, struct stat *found) { DO(open_below(file), REAL(fstat)(file, found)); }

int stat(const char *path, struct stat *found) { DO(below(path), REAL(stat)(path, found)); }

int lstat(const char *path, struct stat *found) { DO(below(path), REAL(lstat)(path, found)); }

int fstat64(int file, struct stat64 *found) { DO(open_below(file), REAL(fstat64)(file, found)); }

int stat64(const char *path, struct stat64 *found) { DO(below(path), REAL(stat64)(path, found)); }

int lstat64(const char *path, struct stat64 *found) { DO(below(path), REAL(lstat64)(path, found)); }

int access(const char *path, int wanted) { DO(below(path), REAL(access)(path, wanted)); }

int fchmod(int file, mode_t mode) { DO(open_below(file), REAL(fchmod)(file, mode)); }

int flock(int file, int operation) { DO(open_below(file), REAL(flock)(file, operation)); }

int rename(const char *from, const char *to) { DO(below(from), REAL(rename)(from, to)); }

int unlink(const char *path) { DO(below(path), REAL(unlink)(path)); }

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = va_arg(rest, mode_t);                                                        \
        va_end(rest);                                                                              \
        if (fate(below(path)) == 1) {                                                              \
            errno = atoi(getenv("SHARE_ERRNO"));                                                   \
            return -1;                                                                             \
        }                                                                                          \
        return REAL(name)(path, flags, mode);                                                      \
    }

OPEN(open)
OPEN(open64)
