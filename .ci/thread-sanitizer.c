// Lets the thread sanitizer see the contended paths of Swift's Synchronization.Mutex.
//
// The uncontended paths are compiled into the program, where the sanitizer sees their atomics. A thread that has to wait, or to
// wake another, does it inside libswiftSynchronization, which is not instrumented: what such a lock orders then looks like a race.
// These functions stand before the library's own and say what has happened before what.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SELF __attribute__((swift_context)) void *handle
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

__attribute__((swiftcall)) void lock_slow(uint32_t state, SELF) __asm__(LOCK);
__attribute__((swiftcall)) void unlock_slow(SELF) __asm__(UNLOCK);

__attribute__((swiftcall)) void lock_slow(uint32_t state, SELF) {
    ((__attribute__((swiftcall)) void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK))(state, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slow(SELF) {
    if (__tsan_release) __tsan_release(handle);
    ((__attribute__((swiftcall)) void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK))(handle);
}
