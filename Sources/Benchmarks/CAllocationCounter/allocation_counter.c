#include "allocation_counter.h"
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool counting;
static _Atomic uint64_t bytes;
static _Atomic uint64_t calls;

void allocation_counter_start(void) {
    atomic_store(&bytes, 0);
    atomic_store(&calls, 0);
    atomic_store(&counting, true);
}

void allocation_counter_stop(void) { atomic_store(&counting, false); }
uint64_t allocation_counter_bytes(void) { return atomic_load(&bytes); }
uint64_t allocation_counter_calls(void) { return atomic_load(&calls); }

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// glibc documents replacing malloc by definition; its own entry points keep doing the work.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static inline void count(size_t size) {
    if (atomic_load_explicit(&counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
        atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    }
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}
#endif
