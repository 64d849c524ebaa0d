import HTTPTransport

/// Decides what the owner thread does next: which request starts, which waits, which has waited too long, and when all
/// is over.
///
/// A value without clock, lock or socket: it is told what happened and answers with one thing to do. Every request is
/// in one lane, one for each host; lanes take turns, so a slow host holds up nobody else.
struct TransferSchedule<Item> {
    /// A request on its way through the schedule.
    struct Ticket {
        /// Unique within the schedule.
        var number: Int
        var lane: Int
        /// Its time limit; reaching it while still waiting means that the request was never started.
        var deadline: MonotonicTime
        var item: Item
    }

    enum Event {
        /// A request arrived.
        case submitted(Ticket)
        /// A waiting request was taken back by its caller, who has been told already.
        case withdrawn(Ticket)
        /// A started exchange ended, well or not.
        case ended(lane: Int)
        /// No more requests; exchanges may run until the time given.
        case stopping(until: MonotonicTime)
        /// The loop slept for `idle` of the `total` nanoseconds since it last said so.
        case slept(idle: Int64, total: Int64)
        /// What is there to do?
        case turn(now: MonotonicTime)
    }

    enum Action {
        /// The event was noted.
        case none
        /// Start this exchange.
        case start(Ticket)
        /// Tell the caller that the request was not started, and why.
        case reject(Ticket, HTTPFailure.Cause)
        /// End every running exchange: the time to finish is over.
        case abortRunning
        /// Nothing to do until the time given, or until something happens.
        case wait(until: MonotonicTime?)
        /// Everything is over.
        case exit
    }

    private struct Lane {
        var waiting = FIFO<Ticket>()
        var running = 0
        var isListed = false
    }

    private let perLane: Int
    private var governor = ConcurrencyGovernor()
    private var lanes: [Lane] = []
    private var freeLanes: [Int] = []
    /// Lanes that have both a waiting request and room; each at most once.
    private var ready = FIFO<Int>()
    private var rejects = FIFO<(Ticket, HTTPFailure.Cause)>()
    private var withdrawn: Set<Int> = []
    private var waitingCount = 0
    private var runningCount = 0
    private var stopAt: MonotonicTime?
    private var isAborted = false
    /// No waiting request's limit is earlier than this.
    private var earliestDeadline: MonotonicTime?

    init(perLane: Int) { self.perLane = perLane }

    /// Requests that were taken on and have not started.
    var waiting: Int { waitingCount }
    /// Exchanges that run now.
    var running: Int { runningCount }
    /// Whether a request waits only because the governor holds it back; the loop then sleeps in short steps.
    var isHeldBack: Bool { !ready.isEmpty && runningCount >= governor.limit }

    /// Opens a lane for a host.
    mutating func openLane() -> Int {
        if let free = freeLanes.popLast() { return free }
        lanes.append(Lane())
        return lanes.count - 1
    }

    /// Whether nothing waits or runs in a lane.
    func isIdle(lane: Int) -> Bool { lanes[lane].running == 0 && lanes[lane].waiting.isEmpty }

    /// Gives an idle lane back.
    mutating func closeLane(_ lane: Int) { freeLanes.append(lane) }

    /// Notes an event, or answers what to do next when the event is ``Event/turn(now:)``.
    mutating func on(_ event: Event) -> Action {
        switch event {
        case .submitted(let ticket):
            submit(ticket)
        case .withdrawn(let ticket):
            withdrawn.insert(ticket.number)
            waitingCount -= 1
        case .ended(let lane):
            runningCount -= 1
            lanes[lane].running -= 1
            list(lane)
        case .stopping(let until):
            stopAt = min(stopAt ?? until, until)
        case .slept(let idle, let total):
            governor.turned(idle: idle, total: total)
        case .turn(let now):
            return next(now)
        }
        return .none
    }

    private mutating func submit(_ ticket: Ticket) {
        guard stopAt == nil else { return rejects.append((ticket, .shutDown)) }
        waitingCount += 1
        lanes[ticket.lane].waiting.append(ticket)
        earliestDeadline = min(earliestDeadline ?? ticket.deadline, ticket.deadline)
        list(ticket.lane)
    }

    private mutating func list(_ lane: Int) {
        guard !lanes[lane].isListed, lanes[lane].running < perLane, !lanes[lane].waiting.isEmpty else { return }
        lanes[lane].isListed = true
        ready.append(lane)
    }

    private mutating func next(_ now: MonotonicTime) -> Action {
        if let stopAt, now >= stopAt {
            if waitingCount > 0 { rejectWaiting(.shutDown, now) { _ in true } }
            if runningCount > 0, !isAborted {
                isAborted = true
                return .abortRunning
            }
        }
        if let earliestDeadline, now >= earliestDeadline {
            rejectWaiting(.timedOut, now) { $0.deadline <= now }
        }
        if let (ticket, cause) = rejects.popFirst() { return .reject(ticket, cause) }
        if runningCount < governor.limit, let ticket = nextReady() {
            waitingCount -= 1
            runningCount += 1
            lanes[ticket.lane].running += 1
            list(ticket.lane)
            return .start(ticket)
        }
        if waitingCount == 0 { earliestDeadline = nil }
        if stopAt != nil, runningCount == 0, waitingCount == 0 { return .exit }
        return .wait(until: nextWake)
    }

    private var nextWake: MonotonicTime? {
        guard let stopAt, !isAborted else { return earliestDeadline }
        return min(stopAt, earliestDeadline ?? stopAt)
    }

    /// The next waiting request of the lane whose turn it is. The lane goes to the end of the list when it is listed
    /// again.
    private mutating func nextReady() -> Ticket? {
        while let lane = ready.popFirst() {
            lanes[lane].isListed = false
            while let ticket = lanes[lane].waiting.popFirst() {
                if withdrawn.isEmpty || withdrawn.remove(ticket.number) == nil { return ticket }
            }
        }
        return nil
    }

    /// Moves every waiting request that matches to the rejects. It looks at all of them, so the next look comes a
    /// millisecond later at the earliest.
    private mutating func rejectWaiting(
        _ cause: HTTPFailure.Cause, _ now: MonotonicTime, where matches: (Ticket) -> Bool
    ) {
        var earliest: MonotonicTime?
        for lane in lanes.indices where !lanes[lane].waiting.isEmpty {
            for ticket in lanes[lane].waiting.drain() where withdrawn.remove(ticket.number) == nil {
                if matches(ticket) {
                    waitingCount -= 1
                    rejects.append((ticket, cause))
                } else {
                    lanes[lane].waiting.append(ticket)
                    earliest = min(earliest ?? ticket.deadline, ticket.deadline)
                }
            }
        }
        earliestDeadline = earliest.map { max($0, now.advanced(milliseconds: 1)) }
    }
}
