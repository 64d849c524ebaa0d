import Glibc

/// A lock around a state, and a condition that a thread can wait for.
///
/// For threads that belong to nobody's pool: waiting blocks the thread.
final class Monitor<State: Sendable>: @unchecked Sendable {
    // Proof: `state` is touched only in `withLock` and the waits, all of which hold `mutex`; the two system objects stay at one
    // address from `init` to `deinit`, and nobody can hold them any more when `deinit` runs.
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ state: State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        // Waits are measured on the monotonic clock, so that setting the time of day does not stretch them.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the state and wakes the waiting thread.
    func update<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let result = body(&state)
        pthread_cond_signal(condition)
        return result
    }

    /// Waits until `body` gives a result; it is asked again after every change.
    func wait<Result>(for body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// Waits for a change, or for a while.
    func wait(atMostMicroseconds microseconds: Int) {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = until.tv_nsec + microseconds * 1_000
        until.tv_sec += nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        pthread_cond_timedwait(condition, mutex, &until)
        pthread_mutex_unlock(mutex)
    }
}
