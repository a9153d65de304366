/* Loaded before the C library (LD_PRELOAD): logs what a process does to the files below a folder,
   and lets a chosen call fail. Reads FAULTS_UNDER and FAULTS_LOG; armed by faults_arm(). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
#define LONGEST 4096

static char names[MOST][512];
static char under[LONGEST];
static int log_file = -1;
static int failing = 0;            /* the letter of the call that is to fail */
static long countdown = 0, calls = 0;
static int failure = 0, for_good = 0;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULTS_UNDER"), *log = getenv("FAULTS_LOG");
    if (folder) strncpy(under, folder, sizeof under - 1);
    if (log) log_file = syscall(SYS_openat, AT_FDCWD, log,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The `at`-th call of a kind from now on fails with `error`, `always`: every later one too. */
void faults_arm(int kind, long at, int error, int always) {
    failing = kind; countdown = at; failure = error; for_good = always; calls = 0;
}

/* How many calls of the armed kind there were. */
long faults_calls(void) { return calls; }

static int watched(const char *path) {
    return under[0] && path && strncmp(path, under, strlen(under)) == 0;
}

static const char *name_of(int file) {
    return file >= 0 && file < MOST && names[file][0] ? names[file] : NULL;
}

static int fails(int kind, const char *path) {
    if (kind != failing || !watched(path)) return 0;
    calls++;
    if (calls < countdown || (calls > countdown && !for_good)) return 0;
    errno = failure;
    return 1;
}

struct head { char kind; uint16_t path, other; int64_t offset, length; } __attribute__((packed));

static void keep(char kind, const char *path, const char *other, int64_t offset,
                 const void *content, int64_t length) {
    if (log_file < 0 || !watched(path)) return;
    struct head head = {kind, strlen(path), other ? strlen(other) : 0, offset, length};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path},
                            {(void *)other, head.other},
                            {(void *)content, content ? (size_t)length : 0}};
    syscall(SYS_writev, log_file, parts, 4);
}

static int opened(int file, const char *path, int flags, int was_there) {
    if (file < 0 || file >= MOST) return file;
    names[file][0] = 0;
    if (!watched(path) || strlen(path) >= sizeof names[0]) return file;
    strcpy(names[file], path);
    if ((flags & O_CREAT) && !was_there) keep('c', path, NULL, 0, NULL, 0);
    if ((flags & O_TRUNC) && was_there) keep('t', path, NULL, 0, NULL, 0);
    return file;
}

static int open_as(const char *path, int flags, mode_t mode) {
    int was_there = watched(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    if (fails('o', path)) return -1;
    return opened(syscall(SYS_openat, AT_FDCWD, path, flags, mode), path, flags, was_there);
}

#define MODE() mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE(); return open_as(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(); return open_as(path, flags, mode); }

int openat(int folder, const char *path, int flags, ...) {
    MODE();
    if (folder == AT_FDCWD || path[0] == '/') return open_as(path, flags, mode);
    int file = syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && file < MOST) names[file][0] = 0;
    return file;
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(); return openat(folder, path, flags, mode);
}

int close(int file) {
    if (file >= 0 && file < MOST) names[file][0] = 0;
    return syscall(SYS_close, file);
}

ssize_t write(int file, const void *content, size_t length) {
    const char *path = name_of(file);
    if (!path) return syscall(SYS_write, file, content, length);
    if (fails('w', path)) return -1;
    int64_t at = syscall(SYS_lseek, file, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_write, file, content, length);
    if (done > 0) keep('w', path, NULL, at < 0 ? 0 : at, content, done);
    return done;
}

ssize_t pwrite64(int file, const void *content, size_t length, off64_t at) {
    const char *path = name_of(file);
    if (path && fails('w', path)) return -1;
    ssize_t done = syscall(SYS_pwrite64, file, content, length, at);
    if (path && done > 0) keep('w', path, NULL, at, content, done);
    return done;
}
ssize_t pwrite(int file, const void *content, size_t length, off_t at) {
    return pwrite64(file, content, length, at);
}

/* What is copied within the kernel could not be logged: who is refused this reads and writes. */
ssize_t sendfile(int to, int from, off_t *at, size_t length) {
    (void)to; (void)from; (void)at; (void)length;
    errno = ENOTSOCK;
    return -1;
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t length) {
    return sendfile(to, from, (off_t *)at, length);
}

static int synced(int file, long call) {
    const char *path = name_of(file);
    if (path && fails('s', path)) return -1;
    int done = path ? 0 : syscall(call, file);  /* what is watched is replayed, not really synced */
    if (path && done == 0) keep('s', path, NULL, 0, NULL, 0);
    return done;
}
int fsync(int file) { return synced(file, SYS_fsync); }
int fdatasync(int file) { return synced(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t length) {
    const char *path = name_of(file);
    if (path && fails('w', path)) return -1;
    int done = syscall(SYS_ftruncate, file, length);
    if (path && done == 0) keep('t', path, NULL, length, NULL, 0);
    return done;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int rename(const char *from, const char *to) {
    if (fails('r', from)) return -1;
    int done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0) keep('r', from, to, 0, NULL, 0);
    return done;
}

int unlink(const char *path) {
    if (fails('u', path)) return -1;
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) keep('u', path, NULL, 0, NULL, 0);
    return done;
}

int mkdir(const char *path, mode_t mode) {
    if (fails('r', path)) return -1;
    int done = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (done == 0) keep('m', path, NULL, 0, NULL, 0);
    return done;
}

int rmdir(const char *path) {
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
    if (done == 0) keep('d', path, NULL, 0, NULL, 0);
    return done;
}
