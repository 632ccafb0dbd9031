/* Stands between a process and its machine, while it runs: the disk fails for files of a name, and the clock is set.
   Preloaded by the tests of crimes; what it does is written in a file that both map. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* As `Machine` in machine.rs writes it. */
struct orders {
    volatile int64_t clock_ms; /* what is added to the time of day */
    volatile int64_t error;    /* what writes fail with; 0 if they do not */
    char name[240];            /* part of the paths that they fail for */
};

static struct orders *orders;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("QUIRE_TEST_ORDERS");
    int fd = path ? open(path, O_RDONLY) : -1;
    if (fd < 0) return;
    void *mapped = mmap(0, sizeof *orders, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped != MAP_FAILED) orders = mapped;
}

static int fails_at(const char *path) {
    if (!orders || !orders->error || !path || !strstr(path, orders->name)) return 0;
    errno = (int)orders->error;
    return 1;
}

static int fails(int fd) {
    if (!orders || !orders->error) return 0;
    char link[64], path[1024];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails_at(path);
}

#define REAL(name, type, ...)                                  \
    static type (*real)(__VA_ARGS__);                          \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    REAL("pwrite", ssize_t, int, const void *, size_t, off_t);
    return fails(fd) ? -1 : real(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t);
    return fails(fd) ? -1 : real(fd, bytes, size, at);
}
ssize_t write(int fd, const void *bytes, size_t size) {
    REAL("write", ssize_t, int, const void *, size_t);
    return fails(fd) ? -1 : real(fd, bytes, size);
}
int fsync(int fd) {
    REAL("fsync", int, int);
    return fails(fd) ? -1 : real(fd);
}
int fdatasync(int fd) {
    REAL("fdatasync", int, int);
    return fails(fd) ? -1 : real(fd);
}
int ftruncate(int fd, off_t size) {
    REAL("ftruncate", int, int, off_t);
    return fails(fd) ? -1 : real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    REAL("ftruncate64", int, int, off64_t);
    return fails(fd) ? -1 : real(fd, size);
}

static int opened(const char *path, int flags, va_list more, int (*real)(const char *, int, ...)) {
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    /* On a full disk only what is not there cannot be opened; on one that is read only, nothing can for writing. */
    int makes = flags & O_CREAT && access(path, F_OK);
    int writes = flags & (O_WRONLY | O_RDWR);
    if (orders && orders->error && (makes || (writes && orders->error == EROFS)) && fails_at(path)) return -1;
    return real(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    REAL("open", int, const char *, int, ...);
    va_list more;
    va_start(more, flags);
    int fd = opened(path, flags, more, real);
    va_end(more);
    return fd;
}
int open64(const char *path, int flags, ...) {
    REAL("open64", int, const char *, int, ...);
    va_list more;
    va_start(more, flags);
    int fd = opened(path, flags, more, real);
    va_end(more);
    return fd;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL("clock_gettime", int, clockid_t, struct timespec *);
    int failed = real(clock, time);
    if (!failed && orders && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += orders->clock_ms / 1000;
    return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL("gettimeofday", int, struct timeval *restrict, void *restrict);
    int failed = real(now, zone);
    if (!failed && orders) now->tv_sec += orders->clock_ms / 1000;
    return failed;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
