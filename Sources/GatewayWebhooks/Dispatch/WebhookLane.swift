import HTTPTransport
import NotificationGateway

/// The way to one endpoint: how many are on it, who waits for it, and when it opens again.
///
/// No more wait than it soon has room for. All others go back to the store until their time, so that a slow endpoint holds
/// neither memory nor the events of others.
struct WebhookLane {
    /// What somebody hears who wants to tell the endpoint something.
    enum Admission: Sendable, Hashable {
        /// Go on, and leave the lane afterwards.
        case enter
        /// Not now.
        case later(WallTime)
        /// Never.
        case gone
    }

    private typealias Waiter = CheckedContinuation<Admission, Never>

    /// So many may wait for each that is under way.
    private static let waitersPerPlace = 4
    /// The shortest time for which somebody is sent away.
    private static let shortestAbsence = Duration.seconds(1)
    /// How far apart in all those are sent away who find no room; after that time everybody asks again.
    private static let longestSpread = Duration.seconds(300)

    let endpoint: WebhookEndpoint
    let transport: any HTTPTransport
    private(set) var isGone = false
    private var isStopping = false
    private var running = 0
    private var waiters: [Waiter] = []
    private var opensAt: WallTime?
    /// When the last one comes back who was sent away.
    private var lastReturn: WallTime?
    /// How long telling takes, as a decaying average.
    private var average = Duration.milliseconds(100)

    init(_ endpoint: WebhookEndpoint, _ transport: any HTTPTransport) {
        self.endpoint = endpoint
        self.transport = transport
    }

    /// Most events that it holds at a time.
    static func capacity(_ endpoint: WebhookEndpoint) -> Int { endpoint.maxInFlight * (1 + waitersPerPlace) }

    /// Whether somebody may enter at once, or has to wait, for which there is room; else the answer.
    mutating func admission(now: WallTime) -> Admission? {
        if isGone { return .gone }
        if isStopping { return .later(now) }
        if let opensAt, opensAt > now { return .later(nextReturn(after: opensAt)) }
        if running < endpoint.maxInFlight {
            running += 1
            return .enter
        }
        guard waiters.count < endpoint.maxInFlight * Self.waitersPerPlace else {
            return .later(nextReturn(after: now + Self.shortestAbsence))
        }
        return nil
    }

    /// Lets somebody wait for a place, which ``admission(now:)`` said there is room for.
    mutating func wait(_ waiter: CheckedContinuation<Admission, Never>) { waiters.append(waiter) }

    /// One after another, as fast as the endpoint is.
    private mutating func nextReturn(after earliest: WallTime) -> WallTime {
        let step = average / endpoint.maxInFlight
        var next = max(lastReturn ?? earliest, earliest) + step
        // Who would have to come back even later asks again with the first.
        if next > earliest + Self.longestSpread { next = earliest + step }
        lastReturn = next
        return next
    }

    /// Gives a place to who waits longest, or frees it.
    mutating func leave(after duration: Duration) {
        average = (average * 7 + duration) / 8
        if waiters.isEmpty {
            running -= 1
        } else {
            waiters.removeFirst().resume(returning: .enter)
        }
    }

    /// Nobody enters before a time.
    mutating func close(until time: WallTime) {
        opensAt = max(opensAt ?? time, time)
        for waiter in takeWaiters() { waiter.resume(returning: .later(nextReturn(after: time))) }
    }

    /// Nobody ever enters again.
    mutating func closeForGood() {
        isGone = true
        for waiter in takeWaiters() { waiter.resume(returning: .gone) }
    }

    /// Nobody enters any more; those who wait come back when another dispatcher runs.
    mutating func stop(now: WallTime) {
        isStopping = true
        for waiter in takeWaiters() { waiter.resume(returning: .later(now)) }
    }

    private mutating func takeWaiters() -> [Waiter] {
        let taken = waiters
        waiters = []
        return taken
    }
}
