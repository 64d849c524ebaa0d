/// Decides how many exchanges run at a time, from how busy the owner thread is.
///
/// libcurl looks at every running transfer on each turn, so more of them cost CPU. When the thread is busy all the
/// time, another exchange cannot make it faster and only makes each turn dearer. When the thread sleeps while requests
/// wait, the server or the network is the slow part, and another exchange is pure gain. So the limit doubles while the
/// thread idles and shrinks while it is saturated.
struct ConcurrencyGovernor {
    /// The limit is never lower.
    static let floor = 16
    /// The limit is never higher; far above what one thread can use.
    static let ceiling = 4096
    /// Time over which idleness is judged.
    static let windowNanoseconds: Int64 = 1_000_000

    private(set) var limit = Self.floor
    private var idle: Int64 = 0
    private var elapsed: Int64 = 0

    /// Counts one turn of the loop in which requests were waiting for room.
    mutating func turned(idle idleNanoseconds: Int64, total totalNanoseconds: Int64) {
        idle += idleNanoseconds
        elapsed += totalNanoseconds
        guard elapsed >= Self.windowNanoseconds else { return }
        if idle * 2 >= elapsed {
            limit = min(limit * 2, Self.ceiling)
        } else if idle * 5 < elapsed {
            limit = max(limit - limit / 4, Self.floor)
        }
        idle = 0
        elapsed = 0
    }
}
