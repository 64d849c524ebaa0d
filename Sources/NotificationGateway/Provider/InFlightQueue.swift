/// Decides who may send when only so many requests may be under way at once. Pure; first come, first served.
struct InFlightQueue: Sendable {
    typealias Ticket = UInt64

    enum Entry: Sendable, Hashable {
        /// Send now.
        case go
        /// Wait until ``leave()`` names the ticket.
        case wait(Ticket)
    }

    private let limit: Int
    private(set) var inFlight = 0
    private var order = FIFO<Ticket>()
    /// Those in ``order`` who have not given up.
    private var waiting: Set<Ticket> = []
    private var lastTicket: Ticket = 0

    init(limit: Int) { self.limit = limit }

    var waitingCount: Int { waiting.count }

    var places: ProviderLimits.Places {
        ProviderLimits.Places(limit: limit, underWay: inFlight, waiting: waiting.count)
    }

    /// A request comes. It never overtakes those who wait.
    mutating func enter() -> Entry {
        if inFlight < limit, waiting.isEmpty {
            inFlight += 1
            return .go
        }
        lastTicket += 1
        order.append(lastTicket)
        waiting.insert(lastTicket)
        return .wait(lastTicket)
    }

    /// A request ended; its place goes to the ticket that waited longest.
    mutating func leave() -> Ticket? {
        while let ticket = order.popFirst() {
            if waiting.remove(ticket) != nil { return ticket }
        }
        inFlight -= 1
        return nil
    }

    /// A ticket waits no longer; `false` when it was named already.
    mutating func giveUp(_ ticket: Ticket) -> Bool {
        guard waiting.remove(ticket) != nil else { return false }
        // What gave up stays in line until it is its turn; under an endless rush that would be for ever.
        if order.count > 2 * waiting.count + 32 { order.filter { waiting.contains($0) } }
        return true
    }
}
