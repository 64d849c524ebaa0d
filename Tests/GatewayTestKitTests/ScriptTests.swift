import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@Suite("The scripted doubles")
struct ScriptTests {
    private let request = HTTPRequest(method: .get, url: "https://vendor.example/")

    private func provider(_ reference: String) -> ProviderRequest {
        ProviderRequest(
            messageID: "m", reference: reference, recipients: [], content: ProviderContent(text: "hello"),
            deadline: .now + .seconds(60))
    }

    @Test("answer in the order of the script, and then as the last step says")
    func order() async throws {
        let transport = ScriptedTransport([.answer(status: 500), .answer(status: 200, body: "OK")])
        #expect(try await transport.execute(request).status == 500)
        #expect(try await transport.execute(request).body == Array("OK".utf8))
        #expect(try await transport.execute(request).status == 200)
        #expect(transport.requests.count == 3)
    }

    @Test("hang until the task is cancelled, and say that the request had left")
    func hangs() async {
        let transport = ScriptedTransport([.hang])
        let task = Task { try await transport.execute(request) }
        await transport.waitForRequests()
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
        #expect(failure?.cause == .cancelled && failure?.surelyNotSent == false)
    }

    @Test("end what hangs at shutdown, and refuse what comes later")
    func shutdown() async {
        let transport = ScriptedTransport([.hang])
        let task = Task { try await transport.execute(request) }
        await transport.waitForRequests()
        await transport.shutdown(grace: .zero)
        await transport.shutdown(grace: .zero)
        await #expect(throws: HTTPFailure.self) { try await task.value }
        let failure = await #expect(throws: HTTPFailure.self) { try await transport.execute(request) }
        #expect(failure?.surelyNotSent == true && transport.requests.count == 1)
    }

    @Test("record what a provider was asked")
    func provider() async throws {
        let recorder = RecordingProvider([.fail(ProviderError(.throttled, .rejected, message: "slow")), .accept])
        await #expect(throws: ProviderError.self) { try await recorder.send(provider("m-1")) }
        #expect(try await recorder.send(provider("m-2")).vendorMessageID == "m-2")
        #expect(recorder.requests.map(\.reference) == ["m-1", "m-2"])
    }

    @Test("answer queries from a script")
    func lookup() async throws {
        let lookup = ScriptedLookup([.nothing, .found])
        let query = StatusQuery(reference: "m-1", sentAt: WallTime(secondsSinceEpoch: 0), deadline: .now)
        #expect(try await lookup.records(for: query).isEmpty)
        #expect(try await lookup.records(for: query).map(\.reference) == ["m-1"])
        #expect(lookup.queries.count == 2)
    }
}
