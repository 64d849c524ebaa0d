import GatewayTestKit
import Logging
import NotificationGateway

/// Thousands of messages through a real gateway and vendors that misbehave, in virtual time.
struct Simulation: Sendable {
    /// What came of a run.
    struct Report: Sendable {
        var messages = 0
        var outcomes: [String: Int] = [:]
        var attempts = 0
        /// Every invariant that did not hold, with the message that shows it.
        var violations: [String] = []
        /// Over every trail in order: equal digests mean equal trails.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        /// Virtual time that passed.
        var elapsed = Duration.zero
    }

    var seed: UInt64
    var messages: Int
    var fault: PlantedFault?

    static let retries = 2
    /// A new configuration comes into force after so many messages.
    private static let messagesBetweenReloads = 500

    /// Runs to the end; `nil` when some send never ended.
    func run() -> Report? {
        let time = VirtualTime()
        let world = World(time, random: fault == .unseededChance ? SystemRandom() : SeededRandom(seed: seed), fault)
        return time.run { await drive(world) }
    }

    private func drive(_ world: World) async -> Report {
        var report = Report()
        var gateway = world.gateway(following: nil)
        var index = 0
        while index < messages {
            if index % Self.messagesBetweenReloads == 0, let reloaded = world.gateway(following: gateway) {
                gateway = reloaded
            }
            guard let current = gateway else { break }
            // Waves, so that a million messages need the memory of a thousand.
            let wave = index..<min(index + Self.messagesBetweenReloads, messages)
            let sends = wave.map { Send(number: $0, world) }
            let deliveries = await withTaskGroup(of: (Int, Sent).self) { group in
                for (place, send) in sends.enumerated() {
                    group.addTask { (place, await send.run(current, world.time)) }
                }
                var all: [Sent?] = Array(repeating: nil, count: sends.count)
                for await (place, sent) in group { all[place] = sent }
                return all
            }
            for (send, sent) in zip(sends, deliveries) {
                if let sent { report.take(send, sent, world) }
            }
            world.forget()
            index = wave.upperBound
        }
        report.messages = index
        report.elapsed = world.time.elapsed
        return report
    }
}

/// What all sends share. Used by the one thread of ``VirtualTime`` alone.
struct World: Sendable {
    let time: VirtualTime
    let random: any RandomSource
    let vendors: [ScriptedVendor]
    private let providers: [GatewaySettings.ConfiguredProvider]
    private let fault: PlantedFault?

    init(_ time: VirtualTime, random: any RandomSource, _ fault: PlantedFault?) {
        self.time = time
        self.random = random
        self.fault = fault
        let vendors = [
            ScriptedVendor(time, random: random, settlingTime: nil, replayGuard: .codes, fault: fault),
            ScriptedVendor(time, random: random, settlingTime: .seconds(90), replayGuard: .none, fault: fault),
            ScriptedVendor(time, random: random, settlingTime: nil, replayGuard: .all, fault: fault),
        ]
        self.vendors = vendors
        providers = zip(Self.names, vendors).map { GatewaySettings.ConfiguredProvider(name: $0, provider: $1) }
    }

    private static let names: [ProviderName] = ["first", "second", "third"]

    /// A gateway as one configuration describes it; the vendors outlive it.
    func gateway(following previous: Gateway?) -> Gateway? {
        let retries = Simulation.retries + (fault == .extraRetries ? 8 : 0)
        let route = Route(
            name: "all", candidates: Self.names.map { Route.Candidate($0) }, deadline: nil, retries: retries)
        return try? Gateway(
            GatewaySettings(
                providers: providers, routes: [route], repeatWindow: fault == .forgottenIDs ? .zero : .seconds(86_400)),
            following: previous, clock: time, random: random,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
    }

    func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// Ended messages leave the books.
    func forget() { for vendor in vendors { vendor.closeBooks() } }
}

/// One message, when it is sent, and when its caller loses patience.
struct Send: Sendable {
    let message: Message
    let recipients: [Recipient]
    private let delay: Duration
    private let patience: Duration?
    /// When the caller gives the same message again, counted from the first time.
    private let repeats: [Duration]

    init(number: Int, _ world: World) {
        let count = world.draw(10) == 0 ? 3 : 1
        let numbers = (0..<count).map { "+861380\(Self.digits(number * 3 + $0))" }
        recipients = numbers.compactMap { try? .phone(PhoneNumber(parsing: $0)) }
        let category = Category.allCases[world.draw(Category.allCases.count)]
        message = Message(
            id: MessageID(rawValue: "m\(number)"), to: recipients.map { .recipient($0) }, content: .text("a text"),
            category: category)
        delay = .milliseconds(world.draw(30_000))
        patience = world.draw(30) == 0 ? .milliseconds(world.draw(20_000)) : nil
        repeats = world.draw(5) == 0 ? (0...world.draw(2)).map { _ in .milliseconds(world.draw(20_000)) } : []
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number % 10_000_000)
        return String(repeating: "0", count: 7 - text.count) + text
    }

    func run(_ gateway: Gateway, _ time: VirtualTime) async -> Sent {
        try? await time.sleep(until: time.now + delay)
        guard !repeats.isEmpty else { return await send(gateway, time) }
        return await withTaskGroup(of: Sent.self) { group in
            for pause in repeats {
                group.addTask {
                    try? await time.sleep(until: time.now + pause)
                    let started = time.now
                    let delivery = await gateway.send(message)
                    return Sent(delivery: delivery, duration: time.now - started)
                }
            }
            var first = await send(gateway, time)
            for await other in group { first.repeated.append(other) }
            return first
        }
    }

    /// Gives the message once.
    private func send(_ gateway: Gateway, _ time: VirtualTime) async -> Sent {
        let started = time.now
        guard let patience else {
            let delivery = await gateway.send(message)
            return Sent(delivery: delivery, duration: time.now - started)
        }
        return await withTaskGroup(of: Delivery?.self) { group in
            group.addTask { await gateway.send(message) }
            group.addTask {
                try? await time.sleep(until: started + patience)
                return nil
            }
            var delivery = Delivery(messageID: "none", mode: .live, recipients: [])
            for await result in group {
                if let result { delivery = result }
                group.cancelAll()
            }
            return Sent(delivery: delivery, duration: time.now - started)
        }
    }
}

/// What a caller got.
struct Sent: Sendable {
    var delivery: Delivery
    var duration: Duration
    /// What came of giving the same message again.
    var repeated: [Sent] = []
}
