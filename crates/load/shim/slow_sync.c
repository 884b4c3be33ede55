/* Makes every fsync and fdatasync of a process take LINLI_SYNC_US microseconds more and counts them in the first eight
   bytes of the file LINLI_SYNC_COUNT, so that a bench compares disks that differ and knows how many syncs it paid for.
   Loaded by LD_PRELOAD; built by `cargo xtask bench checkin`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static atomic_ullong *count;
static long slow_us;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("LINLI_SYNC_COUNT"), *us = getenv("LINLI_SYNC_US");
    slow_us = us ? atol(us) : 0;
    int at = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    void *page = at < 0 ? MAP_FAILED : mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, at, 0);
    count = page == MAP_FAILED ? NULL : page;
}

static int slowly(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (count) atomic_fetch_add(count, 1);
    struct timespec wait = {slow_us / 1000000, slow_us % 1000000 * 1000};
    nanosleep(&wait, NULL);
    return real(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
