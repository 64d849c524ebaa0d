import CurlTransport
import HTTPTransport
import LoopbackServer
import Testing

/// The policy of addresses, over real sockets: whatever a host is called, the address that it leads to is judged.
@Suite("libcurl under a policy of addresses", .timeLimit(.minutes(10)))
struct AddressPolicyTests {
    private static func outcome(
        _ url: String, _ addresses: AddressPolicy, proxy: String? = nil
    ) async -> Result<Int, HTTPFailure> {
        let settings = HTTPTransportSettings(
            connectTimeout: .seconds(600), requestTimeout: .seconds(600), proxy: proxy, allowPlainHTTP: true)
        let transport = CurlTransport(CurlTransportOptions(settings, addresses: addresses))
        let outcome: Result<Int, HTTPFailure>
        do throws(HTTPFailure) {
            outcome = .success(try await transport.execute(HTTPRequest(method: .post, url: url, body: [1])).status)
        } catch {
            outcome = .failure(error)
        }
        await transport.shutdown(grace: .zero)
        return outcome
    }

    /// Spellings of this machine that libcurl or the system's resolver understand.
    static let loopback = [
        "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7F.0.0.0x1", "0x7f000001", "2130706433",
        "017700000001",
        "0177.0.0.01", "localhost", "LOCALHOST", "0.0.0.0", "0",
    ]

    @Test(
        "a host that leads to this machine is refused in every spelling, and nobody is connected to",
        arguments: loopback)
    func refused(_ host: String) async throws {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        let url = "http://\(host):\(server.port)/"
        // The spelling is understood; otherwise the refusal would prove nothing.
        #expect(try await Self.outcome(url, .unrestricted).get() == 200)
        #expect(server.connections == 1)
        guard case .failure(let failure) = await Self.outcome(url, .publicOnly()) else {
            return #expect(Bool(false), "\(host) was let through")
        }
        #expect(failure.phase == .connect && failure.cause == .forbiddenAddress && failure.surelyNotSent)
        #expect(failure.bytesSent == 0 && server.connections == 1, "\(failure)")
    }

    @Test(
        "so is an address of version 6 that is not public",
        arguments: [
            "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[fe80::1]",
            "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]",
        ])
    func refusedVersion6(_ host: String) async {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        guard case .failure(let failure) = await Self.outcome("http://\(host):\(server.port)/", .publicOnly()) else {
            return #expect(Bool(false), "\(host) was let through")
        }
        // Without version 6 on this machine libcurl never comes to an address.
        #expect(failure.surelyNotSent && failure.phase != .tls && server.connections == 0, "\(failure)")
    }

    @Test(
        "addresses elsewhere that are not public are refused without a try",
        arguments: [
            "127.9.9.9", "169.254.169.254", "10.0.0.1", "192.168.0.1", "100.100.100.200", "224.0.0.1",
            "255.255.255.255",
        ])
    func elsewhere(_ host: String) async {
        guard case .failure(let failure) = await Self.outcome("https://\(host)/", .publicOnly()) else {
            return #expect(Bool(false), "\(host) was let through")
        }
        #expect(failure.phase == .connect && failure.cause == .forbiddenAddress)
    }

    @Test(
        "so is this machine under a name that not every resolver knows",
        arguments: ["localhost.", "127.0.0.1.", "LocalHost."])
    func unsure(_ host: String) async {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        guard case .failure(let failure) = await Self.outcome("http://\(host):\(server.port)/", .publicOnly()) else {
            return #expect(Bool(false), "\(host) was let through")
        }
        #expect(failure.phase == .nameResolution || failure.cause == .forbiddenAddress, "\(failure)")
        #expect(failure.surelyNotSent && server.connections == 0)
    }

    @Test("an exception lets its addresses through, and connections are used again")
    func exception() async throws {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        let policy = AddressPolicy.publicOnly(allowing: ["127.0.0.1"])
        let transport = CurlTransport(CurlTransportOptions(addresses: policy))
        for _ in 0..<5 { _ = try await transport.execute(HTTPRequest(method: .get, url: server.url())) }
        await transport.shutdown(grace: .zero)
        #expect(server.requests.count == 5 && server.connections == 1)
        guard case .failure(let failure) = await Self.outcome("http://127.0.0.2:\(server.port)/", policy) else {
            return #expect(Bool(false), "127.0.0.2 was let through")
        }
        #expect(failure.cause == .forbiddenAddress)
    }

    @Test(
        "a proxy, which would resolve the host by itself, is refused before anything is sent", arguments: [true, false])
    func proxy(isLoopbackAllowed: Bool) async {
        let proxy = LoopbackServer { _ in Answer.text("x") }
        defer { proxy.stop() }
        let policy = AddressPolicy.publicOnly(allowing: isLoopbackAllowed ? ["127.0.0.0/8"] : [])
        let outcome = await Self.outcome("http://vendor.example/", policy, proxy: "http://127.0.0.1:\(proxy.port)")
        guard case .failure(let failure) = outcome else { return #expect(Bool(false), "the proxy was asked") }
        #expect(failure.phase == .notStarted && failure.cause == .invalidRequest && proxy.connections == 0)
    }

    @Test("a redirect into the own network is an answer, and is not followed")
    func redirect() async throws {
        let inner = LoopbackServer { _ in Answer.text("secret") }
        let outer = LoopbackServer { _ in Answer.text("", status: "307 T", headers: ["Location: \(inner.url())"]) }
        defer {
            inner.stop()
            outer.stop()
        }
        #expect(try await Self.outcome(outer.url(), .publicOnly(allowing: ["127.0.0.1"])).get() == 307)
        #expect(inner.connections == 0)
    }
}
