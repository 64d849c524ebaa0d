import HTTPTransport
import Testing

@testable import CurlTransport

/// From libcurl's codes and counters to a phase and a cause, without a transfer.
@Suite("what a failed transfer is called")
struct TransferFactsTests {
    /// Numbers as documented in libcurl-errors(3); they never change.
    private func facts(_ code: UInt32, _ change: (inout TransferFacts) -> Void = { _ in }) -> HTTPFailure {
        var facts = TransferFacts(ending: .curl(code))
        facts.isEncrypted = true
        facts.origin = "https://vendor.example"
        change(&facts)
        return facts.failure
    }

    @Test("before the request is issued the phase is the step that was not reached, and nothing was sent")
    func before() {
        #expect(facts(28).phase == .nameResolution)
        #expect(facts(28) { $0.hasAddress = true }.phase == .connect)
        let connected: (inout TransferFacts) -> Void = {
            $0.hasAddress = true
            $0.isConnected = true
        }
        #expect(facts(28, connected).phase == .tls)
        #expect(
            facts(28) {
                connected(&$0)
                $0.hasProxy = true
            }.phase == .connect)
        #expect(
            facts(28) {
                connected(&$0)
                $0.isEncrypted = false
            }.phase == .sending)
        for code in [5, 6, 7, 28, 35, 56, 60, 97] as [UInt32] {
            let failure = facts(code) {
                // What went to a proxy is not the request.
                $0.requestBytes = 120
            }
            #expect(failure.surelyNotSent && failure.bytesSent == 0)
        }
    }

    @Test(
        "names, hosts and certificates have their causes",
        arguments: [
            (5, "unreachable"), (6, "unreachable"), (7, "unreachable"), (35, "not-trusted"), (60, "not-trusted"),
            (77, "invalid-request"), (28, "timed-out"), (3, "invalid-request"), (27, "other"),
        ] as [(UInt32, String)])
    func causes(code: UInt32, cause: String) {
        #expect(facts(code).cause.rawValue == cause)
    }

    @Test(
        "a host whose addresses are all refused was surely not connected to; one of which some were tried is unreachable"
    )
    func forbidden() {
        let failure = facts(7) { $0.areAddressesForbidden = true }
        #expect(failure.phase == .connect && failure.cause == .forbiddenAddress && failure.surelyNotSent)
        #expect(failure.detail.contains("https://vendor.example") && !failure.isAtProxy)
        #expect(facts(28) { $0.areAddressesForbidden = true }.cause == .timedOut)
        // It was on its way to write a lost request again.
        let again = facts(7) {
            ($0.areAddressesForbidden, $0.wasIssued, $0.requestBytes) = (true, true, 120)
        }
        #expect(again.cause == .connectionLost && !again.surelyNotSent)
    }

    @Test("an answer whose head has no end is no answer, though libcurl takes it for one")
    func brokenOff() {
        var facts = TransferFacts(ending: .brokenOff)
        (facts.wasIssued, facts.requestBytes, facts.receivedBytes) = (true, 300, 20)
        #expect(facts.failure.phase == .receiving && facts.failure.cause == .connectionLost)
    }

    @Test(
        "what goes wrong on the way to a proxy is the proxy's",
        arguments: [
            (5, 0, "while finding the proxy's address"), (7, 0, "while connecting through the proxy"),
            (35, 0, "while connecting through the proxy"), (28, 0, "while finding the proxy's address"),
            (56, 407, "the proxy answered 407 to CONNECT: it wants a user and a password"),
            (56, 502, "the proxy answered 502 to CONNECT: it does not pass requests on to this host"),
        ] as [(UInt32, Int, String)])
    func proxy(code: UInt32, status: Int, words: String) {
        let failure = facts(code) {
            $0.hasProxy = true
            $0.tunnelStatus = status
            $0.hasAddress = status > 0
            $0.isConnected = status > 0
        }
        #expect(failure.isAtProxy && failure.surelyNotSent && failure.detail.contains(words), "\(failure)")
    }

    @Test("behind the proxy's tunnel it is the vendor's")
    func tunnel() {
        let failure = facts(60) {
            ($0.hasProxy, $0.tunnelStatus, $0.hasAddress, $0.isConnected) = (true, 200, true, true)
        }
        #expect(!failure.isAtProxy && failure.phase == .tls && failure.cause == .notTrusted)
        #expect(failure.detail.hasSuffix("check the host name, ca_file and the clock"))
    }

    @Test("an answer over libcurl's own limits is malformed, not a lack of memory", arguments: [27, 100] as [UInt32])
    func oversized(code: UInt32) {
        let failure = facts(code) {
            $0.wasIssued = true
            $0.requestBytes = 300
        }
        #expect(failure.phase == .receiving && failure.cause == .malformedAnswer && !failure.surelyNotSent)
        #expect(failure.detail.contains("longer than libcurl takes"))
        #expect(facts(27) { $0.wasIssued = true }.surelyNotSent, "nothing was written")
    }

    @Test("a file of certificates that cannot be used is a mistake of the configuration")
    func certificates() {
        #expect(facts(77) { $0.hasAddress = true }.detail.contains("check ca_file"))
    }

    @Test(
        "libcurl's words are kept unless they quote an address that may hold a password",
        arguments: [
            ("Connection refused", true), ("Unsupported proxy syntax in 'me:word@host'", false),
            ("Unsupported proxy scheme for 'odd://host'", false),
        ])
    func words(words: String, isKept: Bool) {
        #expect(facts(7) { $0.words = words }.detail.contains(words) == isKept)
    }

    @Test("once bytes have left no code makes the request surely unsent", arguments: 1...120 as ClosedRange<UInt32>)
    func after(code: UInt32) {
        let failure = facts(code) {
            $0.wasIssued = true
            $0.requestBytes = 500
            $0.bodyBytes = 100
        }
        #expect(!failure.surelyNotSent && failure.bytesSent == 500)
    }

    @Test("an issued request of which nothing was written is surely unsent")
    func issuedUnwritten() {
        let failure = facts(55) { $0.wasIssued = true }
        #expect(failure.phase == .sending && failure.surelyNotSent)
    }

    @Test("a body that was written in part was being sent")
    func partOfBody() {
        let failure = facts(28) {
            $0.wasIssued = true
            $0.requestBytes = 400
            $0.uploadedBytes = 70_000
            $0.bodyBytes = 1_000_000
        }
        #expect(failure.phase == .sending && failure.bytesSent == 70_000)
    }

    @Test(
        "a refused repeat, and failing to connect for one, are lost connections", arguments: [42, 7, 6, 35] as [UInt32])
    func repeated(code: UInt32) {
        let failure = facts(code) {
            $0.wasIssued = true
            $0.wasRepeatRefused = code == 42
            $0.requestBytes = 300
            $0.bodyBytes = 200_000
        }
        #expect(failure.phase == .waiting && failure.cause == .connectionLost)
    }
}

@Suite("where a request may go")
struct RequestTargetTests {
    @Test(
        "only this machine's own names are loopback",
        arguments: [
            ("http://127.0.0.1/", true), ("http://127.255.3.4:80?x", true), ("http://localhost:1/", true),
            ("http://LOCALHOST#f", true), ("http://[::1]:8080/", true), ("HTTP://localhost", true),
            ("http://127.1/", false), ("http://127.0.0.256/", false), ("http://0127.0.0.1/", false),
            ("http://localhost.example/", false), ("http://[::2]/", false), ("http://10.0.0.1/", false),
        ])
    func loopback(url: String, isLoopback: Bool) throws {
        #expect(try RequestTarget(url: url).isLoopback == isLoopback)
    }

    @Test("the origin ends before path, query and fragment", arguments: ["/", "/a?b", "?secret=1", "#x", ""])
    func origin(rest: String) throws {
        #expect(try RequestTarget(url: "https://vendor.example:8443" + rest).origin == "https://vendor.example:8443")
    }

    @Test("a malformed URL is refused whatever it is", arguments: 0..<300)
    func fuzz(seed: UInt64) {
        var random = SplitMix(state: seed)
        let pieces = [
            "http", "https", "://", ":", "/", "@", "127.0.0.1", "[", "]", "::1", "?", "#", "\\", " ", "\0", "é", "%",
            "99999", "a",
        ]
        let url = (0..<6).compactMap { _ in pieces.randomElement(using: &random) }.joined()
        guard let target = try? RequestTarget(url: url) else { return }
        #expect(
            url.hasPrefix(target.origin) && !target.origin.contains("@")
                && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test("plain HTTP to loopback is refused when a proxy elsewhere would carry it")
    func proxied() throws {
        var elsewhere = TargetRules(.init(.init(proxy: "http://proxy.example:3128")))
        #expect(throws: HTTPFailure.self) { try elsewhere.admit("http://127.0.0.1/") { 0 } }
        var here = TargetRules(.init(.init(proxy: "http://127.0.0.1:3128")))
        #expect(try here.admit("http://127.0.0.1/") { 3 }.lane == 3)
    }

    @Test("a remembered origin still has its path checked, and a longer host is not it")
    func remembered() throws {
        var rules = TargetRules(.init())
        #expect(try rules.admit("http://127.0.0.1/") { 0 }.lane == 0)
        #expect(try rules.admit("http://127.0.0.1?x=1") { 1 }.lane == 0)
        #expect(throws: HTTPFailure.self) { try rules.admit("http://127.0.0.1/a b") { 1 } }
        #expect(throws: HTTPFailure.self) { try rules.admit("http://127.0.0.1.example/") { 1 } }
        #expect(try rules.admit("http://127.0.0.1:81/") { 1 }.lane == 1)
    }
}
