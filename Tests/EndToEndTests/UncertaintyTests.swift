import NotificationGateway
import Testing
import VendorSandbox

/// Ways in which a vendor takes a message and the sender does not hear of it.
enum Loss: String, CaseIterable, Sendable {
    case closedAfterTaking, halfAnswer, pageOfHTML, serverError

    func apply(to answer: inout ScriptRule.Answer) {
        switch self {
        case .closedAfterTaking: answer.close = .afterTaking
        case .halfAnswer: answer.halfAnswer = true
        case .pageOfHTML: (answer.code, answer.httpStatus, answer.body) = ("OK", 502, "<html>502 Bad Gateway</html>")
        case .serverError: (answer.code, answer.httpStatus, answer.body) = ("OK", 500, "")
        }
    }
}

@Suite("A message that may have been taken")
struct UncertaintyTests {
    @Test("goes to the next vendor when it is a code", arguments: Loss.allCases)
    func code(_ loss: Loss) async throws {
        let world = try await World.make()
        await world.script(account: "sandbox-key-id", loss.apply)
        let delivery = await world.code()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.attempts.map(\.acceptance) == [.unknown, .accepted])
        #expect(delivery.attempts.map(\.next) == [.nextProvider, .done])
        await world.close()
    }

    @Test("is looked up at the vendor when it is news, found, and not sent again", arguments: Loss.allCases)
    func news(_ loss: Loss) async throws {
        let world = try await World.make()
        await world.script(account: "sandbox-key-id", loss.apply)
        let delivery = await world.news()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.trail.count == 1)
        #expect(delivery.attempts.first?.acceptance == .unknown)
        #expect(delivery.attempts.first?.reconciliation?.next == .done)
        #expect(await world.sandbox.inbox().count == 1)
        await world.close()
    }

    @Test("is sent by the next vendor when the first one surely does not have it")
    func absent() async throws {
        let world = try await World.make()
        await world.script(account: "sandbox-key-id") { $0.close = .afterReading }
        let delivery = await world.news()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.recipients.first?.provider == "backup")
        #expect(await world.sandbox.inbox().map(\.access_key_id) == ["sandbox-backup-id"])
        await world.close()
    }

    @Test("ends as uncertain when the vendor never answers and cannot be asked in time")
    func silent() async throws {
        let world = try await World.make(providers: "[primary]")
        await world.script { $0.silent = true }
        let deadlines: [Duration] = [.milliseconds(400), .seconds(4), .seconds(40)]
        let delivery = try await world.delivery(
            within: deadlines, wanted: { $0.attempts.first?.acceptance == .unknown }
        ) { await world.news(deadline: $0) }
        #expect(delivery.outcome == .uncertain)
        #expect(delivery.attempts.first?.error?.reason == .timedOut)
        #expect(delivery.attempts.first?.acceptance == .unknown)
        await world.close()
    }

    @Test("leaves time for the next vendor when it is a code and the first one is silent")
    func silentFirst() async throws {
        let world = try await World.make()
        await world.script(account: "sandbox-key-id") { $0.silent = true }
        let wanted = ["primary timed-out unknown next-provider", "backup ok accepted done"]
        let deadlines: [Duration] = [.seconds(4), .seconds(30), .seconds(240)]
        let delivery = try await world.delivery(within: deadlines, wanted: { $0.trail == wanted }) {
            await world.code(deadline: $0)
        }
        #expect(delivery.trail == wanted)
        await world.close()
    }

    @Test("is reported when the caller gives up")
    func cancelled() async throws {
        let world = try await World.make()
        await world.script { $0.silent = true }
        let sending = Task { await world.news() }
        _ = await world.sandbox.requests(atLeast: 1)
        sending.cancel()
        let delivery = await sending.value
        #expect(delivery.outcome == .uncertain)
        #expect(delivery.trail == ["primary cancelled unknown stop"])
        await world.close()
    }

    @Test("is seen once by a server that reads the second request of a connection and closes it")
    func resent() async throws {
        let world = try await World.make(
            options: ["max_connections": "1", "replay_guard": "off"], providers: "[primary]")
        #expect(await world.code().outcome == .accepted)
        await world.script { $0.close = .afterReading }
        let delivery = await world.code()
        #expect(delivery.outcome == .uncertain)
        #expect(await world.sandbox.requests().count == 2)
        await world.close()
    }

    @Test(
        "goes out as the very same request when it is a code and no other vendor is left, and comes once",
        arguments: Loss.allCases)
    func copiedCode(_ loss: Loss) async throws {
        let world = try await World.make(providers: "[primary]")
        await world.script(times: 1, loss.apply)
        let delivery = await world.code()
        #expect(delivery.outcome == .accepted)
        // The vendor refuses the copy, and has a record of the first.
        #expect(delivery.attempts.map(\.next) == [.retry, .reconcile])
        #expect(delivery.attempts.last?.error?.vendorCode == "SignatureNonceUsed")
        #expect(delivery.attempts.last?.reconciliation?.next == .done)
        #expect(await world.sandbox.inbox().count == 1)
        await world.close()
    }

    @Test("is taken as a copy by a vendor that the first one did not reach", arguments: ["v1", "v3"])
    func copiedLost(signature: String) async throws {
        let world = try await World.make(signature: signature, options: ["replay_guard": "nonce"])
        await world.script(times: 1) { $0.close = .afterReading }
        let delivery = await world.news()
        #expect(delivery.trail == ["primary connection-lost unknown retry", "primary ok accepted done"])
        #expect(Set(delivery.attempts.map(\.reference)).count == 1)
        let requests = await world.sandbox.requests()
        #expect(requests.count == 2 && requests[0].body == requests[1].body && requests[0].target == requests[1].target)
        #expect(requests[0].headers["authorization"] == requests[1].headers["authorization"])
        #expect(await world.sandbox.inbox().count == 1)
        await world.close()
    }
}
