import Foundation
import GatewayTestKit
import ProcessSupport
import Testing
import VendorSandbox

/// Servers on one outbox that are killed, clients that post to whichever is up, and a vendor that misbehaves.
final class KillBench: Sendable {
    static let clients = 8

    let fixture: ServeFixture
    let servers = Servers()
    let tally = Tally()
    private let random: SeededRandom

    init(seed: UInt64) async throws {
        random = SeededRandom(seed: seed)
        fixture = try await ServeFixture()
        try fixture.folder.write(Self.configuration, to: "providers.yaml")
    }

    /// The times are short, so that what the killed were sending is found out soon; but not the one in which the vendor promises to have
    /// its records: on a busy machine it reads a request seconds after its sender was killed.
    private static let configuration = """
        version: 1
        default_country: CN
        providers:
          aliyun:
            type: aliyun-dysms
            endpoint: ${env:SANDBOX_ENDPOINT}
            access_key_id: sandbox-key-id
            access_key_secret: sandbox-key-secret
            sign_name: 云通信
            timeout: 2s
            settling_time: 5s
        templates:
          login-code:
            category: verification
            parameters: { code: { pattern: "[0-9]{4,8}" } }
            bindings: { aliyun: { template_code: SMS_0000 } }
          order-sent:
            category: notification
            bindings: { aliyun: { template_code: SMS_2000 } }
        routes:
          - providers: aliyun
        server:
          listen: 127.0.0.1:0
          lease: 1s
          patience: 30s
          receipts: { aliyun: { token: "${env:TOKEN}" } }
        """

    /// Posts all the while, and kills one of the servers so many times, each at a random point of the load; then lets the first
    /// one do what is left.
    func run(servers count: Int, kills: Int) async throws -> KillOutcome {
        for slot in 0..<count { try await start(slot) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clients { group.addTask { await self.post(from: client) } }
            do {
                for _ in 0..<kills { try await kill(upTo: count) }
            } catch {
                await servers.close()
                throw error
            }
            await tally.end()
            try await group.waitForAll()
        }
        for slot in 1..<count {
            let end = try await servers.remove(slot)?.stop()
            #expect(end?.status == 0)
        }
        let last = try #require(await servers.remove(0))
        let outcome = try await drain(last)
        let end = try await last.stop()
        #expect(end.status == 0, "\(end.errors.suffix(2_000))")
        await fixture.sandbox.stop()
        return outcome
    }

    private func start(_ slot: Int) async throws {
        await servers.add(try await fixture.serve("notify", ["serve"], supervisor: "supervisor-\(slot)"), at: slot)
    }

    private func number(below end: Int) -> Int { Int(random.next() % UInt64(end)) }

    private func kill(upTo count: Int) async throws {
        await fixture.sandbox.script(faults())
        await tally.reached(number(below: 30) + 1)
        let slot = number(below: count)
        try await servers.remove(slot)?.kill()
        try await start(slot)
    }

    // MARK: The vendor

    /// Answers that come late or not at all, each at a random request of the next ones.
    private func faults() -> [ScriptRule] {
        var rules: [ScriptRule] = []
        for _ in 0..<3 {
            rules.append(fault("SendSms", below: 60) { $0.delay = .milliseconds(self.number(below: 600)) })
            rules.append(fault("SendSms", below: 60) { $0.close = .afterTaking })
            rules.append(fault("SendSms", below: 60) { $0.close = .afterReading })
        }
        rules.append(fault("SendSms", below: 60) { $0.silent = true })
        rules.append(fault("SendSms", below: 60) { $0.halfAnswer = true })
        rules.append(fault("QuerySendDetails", below: 20) { $0.close = .afterReading })
        rules.append(fault("QuerySendDetails", below: 20) { $0.delay = .milliseconds(300) })
        return rules
    }

    private func fault(_ action: String, below end: Int, _ change: (inout ScriptRule.Answer) -> Void) -> ScriptRule {
        var answer = ScriptRule.Answer()
        change(&answer)
        var rule = ScriptRule(answer)
        rule.action = action
        rule.after = number(below: end)
        rule.times = 1
        return rule
    }

    // MARK: Clients

    private func post(from client: Int) async {
        var number = 0
        while await tally.isWanted() {
            number += 1
            await submit(Posted(client: client, number: number))
        }
    }

    /// Posts until there is an answer, with the same key.
    private func submit(_ message: Posted) async {
        var turn = message.client + message.number
        while let server = await servers.one(turn) {
            turn += 1
            switch try? await message.post(to: server).status {
            case 202:
                // Some callers lose the answer and ask again.
                if message.number % 10 == 0, turn == message.client + message.number + 1 { continue }
                return await tally.note(message)
            case nil: await tally.noteLost()
            case 409, 503: await tally.noteBusy()
            case let status?:
                Issue.record("\(message.id) was answered \(status)")
                return
            }
        }
    }

    // MARK: The end

    /// Waits until everything that was answered is done with, and compares that with what the vendor has.
    private func drain(_ server: RunningServer) async throws -> KillOutcome {
        var outcome = KillOutcome()
        (outcome.lost, outcome.busy) = (await tally.lost, await tally.busy)
        outcome.posted = await tally.answered
        for message in outcome.posted {
            // Asked before it is posted again: that would bring back what was lost.
            guard try await server.call("GET", "/v1/messages/\(message.id)").status == 200 else { continue }
            let end = try await message.post(to: server, "?wait=50s")
            outcome.states[message.id] = end.body["state"] as? String
            outcome.trails[message.id] = end.body["attempts"].map { "\($0)" }
        }
        outcome.inbox = await fixture.sandbox.inbox()
        outcome.requests = await fixture.sandbox.requests()
        return outcome
    }
}

/// A message that a client posts.
struct Posted: Sendable {
    var client: Int
    var number: Int

    var id: String { "c\(client)-\(number)" }
    /// Nobody else's.
    var phone: String { String(13_800_000_000 + client * 1_000_000 + number) }
    /// The others may not reach anybody twice.
    var isCode: Bool { number % 3 == 0 }

    private var body: String {
        let content = isCode ? #""login-code","parameters":{"code":"271828"}"# : #""order-sent""#
        return #"{"id":"\#(id)","to":"\#(phone)","template":\#(content)}"#
    }

    func post(to server: RunningServer, _ query: String = "") async throws -> (status: Int, body: [String: Any]) {
        try await server.call(
            "POST", "/v1/messages\(query)", body: body, headers: ["Idempotency-Key": "key-of-\(id)"])
    }
}

/// The servers that are up.
actor Servers {
    private var up: [Int: RunningServer] = [:]
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false

    func add(_ server: RunningServer, at slot: Int) {
        up[slot] = server
        wake()
    }

    func remove(_ slot: Int) -> RunningServer? { up.removeValue(forKey: slot) }

    /// Nobody waits any more.
    func close() {
        isClosed = true
        wake()
    }

    /// One of them in turn; waits while there is none, and gives `nil` where none will come.
    func one(_ turn: Int) async -> RunningServer? {
        while !isClosed {
            let slots = up.keys.sorted()
            if !slots.isEmpty { return up[slots[turn % slots.count]] }
            await withCheckedContinuation { waiting.append($0) }
        }
        return nil
    }

    private func wake() {
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}

/// What the clients were answered.
actor Tally {
    private(set) var answered: [Posted] = []
    /// Requests without an answer.
    private(set) var lost = 0
    /// Requests that were to be repeated.
    private(set) var busy = 0
    private var isGoing = true
    private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    /// The clients that are ahead of the kills.
    private var resting: [CheckedContinuation<Void, Never>] = []
    private var most = 0

    /// How many answers the clients may be ahead of the next kill: enough that there is load at its moment and while the killed
    /// one is away, and an end to what a slow start brings.
    private static let lead = 20

    func note(_ message: Posted) {
        answered.append(message)
        guard let waiting, waiting.count <= answered.count else { return }
        self.waiting = nil
        waiting.continuation.resume()
    }

    /// Whether another message is to be posted; waits while there are enough for now.
    func isWanted() async -> Bool {
        while isGoing, answered.count >= most { await withCheckedContinuation { resting.append($0) } }
        return isGoing
    }

    func noteLost() { lost += 1 }

    func noteBusy() { busy += 1 }

    /// Waits for so many more answers.
    func reached(_ more: Int) async {
        let count = answered.count + more
        most = count + Self.lead
        wake()
        await withCheckedContinuation { waiting = (count, $0) }
    }

    func end() {
        isGoing = false
        wake()
    }

    private func wake() {
        for continuation in resting { continuation.resume() }
        resting = []
    }
}
