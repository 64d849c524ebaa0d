import NotificationGateway

/// The gateway in force and those before it that sends still use. Pure: it says which are over, its driver shuts down.
struct Generations: Sendable {
    private struct Generation: Sendable {
        var number: Int
        var gateway: Gateway
        var sends = 0
    }

    /// A gateway that nobody uses any more, and those whose providers must stay.
    struct Ended: Sendable {
        var gateway: Gateway
        var remaining: [Gateway]
    }

    private var current: Generation
    /// Oldest first; each has sends in flight.
    private var former: [Generation] = []

    init(_ gateway: Gateway) {
        current = Generation(number: 1, gateway: gateway)
    }

    /// Those in use, the oldest first.
    var gateways: [Gateway] { former.map(\.gateway) + [current.gateway] }

    /// A send begins on the gateway in force.
    mutating func begin() -> (generation: Int, gateway: Gateway) {
        current.sends += 1
        return (current.number, current.gateway)
    }

    /// A send ends on the gateway that it began with.
    mutating func end(_ generation: Int) -> Ended? {
        if generation == current.number {
            current.sends -= 1
            return nil
        }
        guard let place = former.firstIndex(where: { $0.number == generation }) else { return nil }
        former[place].sends -= 1
        guard former[place].sends == 0 else { return nil }
        let gateway = former.remove(at: place).gateway
        return Ended(gateway: gateway, remaining: gateways)
    }

    /// Puts a gateway in force.
    mutating func succeed(with gateway: Gateway) -> Ended? {
        let previous = current
        current = Generation(number: previous.number + 1, gateway: gateway)
        guard previous.sends == 0 else {
            former.append(previous)
            return nil
        }
        return Ended(gateway: previous.gateway, remaining: gateways)
    }
}
