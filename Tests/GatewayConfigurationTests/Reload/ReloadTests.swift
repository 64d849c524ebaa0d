import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A gateway that follows its file")
struct ReloadTests {
    @Test("puts a new file in force, and makes only the providers about which something has changed")
    func reloads() async throws {
        let bench = try ReloadBench()
        let gateway = try bench.gateway(ReloadBench.yaml(["a": "label: x", "b": "label: x", "c": ""]))
        try bench.write(ReloadBench.yaml(["b": "label: y", "a": "label: x", "d": ""]))
        #expect(
            gateway.reload()
                == .reloaded(Reloaded(carriedOver: ["a"], made: ["b", "d"], removed: ["c"])))
        #expect(bench.all.map(\.name) == ["a", "b", "c", "b", "d"])
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "b")
        #expect(bench.all.map(\.provider.requests.count) == [0, 0, 0, 1, 0])
    }

    @Test("does nothing where the file says what is in force")
    func unchanged() throws {
        let bench = try ReloadBench()
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        try bench.write(ReloadBench.yaml(["a": ""]))
        #expect(gateway.reload() == .unchanged)
        #expect(bench.all.count == 1)
    }

    @Test("refuses a bad file with the places of its mistakes, keeps the old one, and leaves nothing behind")
    func refuses() async throws {
        let bench = try ReloadBench()
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        try bench.write("providers: { b: { type: recording }, c: { type: recrding } }\nroutes: [{ providers: d }]\n")
        guard case .refused(let diagnostics) = gateway.reload() else {
            Issue.record("the file was not refused")
            return
        }
        #expect(diagnostics.map(\.line) == [1, 2])
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "a")
        // Whoever asks again is told again.
        #expect(gateway.reload() == .refused(diagnostics))
        await gateway.shutdown()
        #expect(bench.all.map(\.name) == ["a", "b", "b"])
        #expect(bench.all.map(\.provider.shutdowns) == [1, 1, 1])
    }

    @Test("does not start with a bad file, or without one")
    func badStart() throws {
        let bench = try ReloadBench()
        #expect(throws: InvalidConfiguration.self) { try bench.gateway() }
        #expect(throws: InvalidConfiguration.self) { try bench.gateway("routes: []\n") }
    }

    @Test("lets a send end on the configuration that it began with, and shuts its provider down after that")
    func inFlight() async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let bench = try ReloadBench { request, _ in
            if request.messageID == "slow" { for await _ in gate { break } }
            return .accept
        }
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        let events = gateway.events()
        var slow = ReloadBench.message
        slow.id = "slow"
        async let delivery = gateway.send(slow)
        let former = try #require(bench.provider("a"))
        await former.waitForRequests()

        try bench.write(ReloadBench.yaml(["b": ""]))
        let event = gateway.reload()
        #expect(event == .reloaded(Reloaded(made: ["b"], removed: ["a"])))
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "b")
        #expect(former.shutdowns == 0)

        opener.yield()
        #expect(await delivery.recipients.map(\.outcome) == [.accepted])
        #expect(await delivery.recipients.first?.provider == "a")
        var told: [ReloadEvent] = []
        for await event in events {
            told.append(event)
            if told.count == 2 { break }
        }
        #expect(told == [event, .shutDown(["a"])])
        #expect(former.shutdowns == 1 && bench.provider("b")?.shutdowns == 0)
    }

    @Test("keeps the health and the rate limit of a provider about which nothing has changed")
    func carriesOver() async throws {
        let refusal = ProviderError(.insufficientBalance, .rejected, message: "no balance")
        let bench = try ReloadBench { _, _ in .fail(refusal) }
        let gateway = try bench.gateway(ReloadBench.yaml(["a": "rate_limit: 1/h"]))
        #expect(await gateway.send(ReloadBench.message).recipients.first?.error?.reason == .insufficientBalance)

        try bench.write(ReloadBench.yaml(["a": "rate_limit: 1/h", "b": ""]))
        gateway.reload()
        #expect(await gateway.send(ReloadBench.message).recipients.first?.error?.reason == .throttled)
        #expect(await gateway.withCurrent { $0.health["a"] } != .healthy)

        try bench.write(ReloadBench.yaml(["a": "rate_limit: 2/h", "b": ""]))
        #expect(
            gateway.reload() == .reloaded(Reloaded(carriedOver: ["b"], made: ["a"])))
        #expect(await gateway.withCurrent { $0.health["a"] } == .healthy)
        #expect(await gateway.send(ReloadBench.message).recipients.first?.error?.reason == .insufficientBalance)
    }

    @Test("goes on with the turns of a route and the speed of providers about which nothing has changed")
    func strategies() async throws {
        let bench = try ReloadBench()
        func yaml(_ more: String) -> String {
            """
            providers: { a: { type: recording }, b: { type: recording }\(more) }
            routes:
              - { match: { tag: fast }, providers: [a, b], strategy: least-latency }
              - { name: turns, providers: [a, b], strategy: round-robin }
            """
        }
        let gateway = try bench.gateway(yaml(""))
        var fast = ReloadBench.message
        fast.tags = ["fast"]
        #expect(await gateway.send(fast).recipients.first?.provider == "a")
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "a")

        try bench.write(yaml(", c: { type: recording }"))
        #expect(gateway.reload() == .reloaded(Reloaded(carriedOver: ["a", "b"], made: ["c"])))
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "b")
        let plan = await gateway.withCurrent { $0.plan(fast) }
        #expect(plan.batches.first?.candidates.first?.why == "takes 0 s on average")
    }

    @Test("notices the new content of a secret's file, and shows no secret")
    func secrets() async throws {
        let bench = try ReloadBench()
        try bench.write("first-secret", to: "token")
        let yaml = ReloadBench.yaml(["a": "token: \"${file:token}\""])
        let gateway = try bench.gateway(yaml)
        try bench.write("second-secret", to: "token")
        let event = gateway.reload()
        #expect(event == .reloaded(Reloaded(made: ["a"])))
        var text = ""
        dump(gateway, to: &text)
        #expect(!(text + "\(event) \(gateway.settings)").contains("-secret"))
    }

    @Test("shuts down every provider once, also those that the last reload has carried over, and ends its events")
    func shutsDown() async throws {
        let bench = try ReloadBench()
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        let events = gateway.events()
        try bench.write(ReloadBench.yaml(["a": "", "b": ""]))
        gateway.reload()
        await gateway.shutdown()
        #expect(bench.all.map(\.provider.shutdowns) == [1, 1])
        var count = 0
        for await _ in events { count += 1 }
        #expect(count == 1)
        #expect(await gateway.events().next() == nil)
        try bench.write(ReloadBench.yaml(["c": ""]))
        #expect(gateway.reload() == .unchanged && bench.all.count == 2)
    }
}
