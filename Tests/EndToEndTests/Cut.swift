import HTTPTransport
import LoopbackServer
import NotificationGateway
import Testing

/// A place where the way to a vendor and back is cut, and what is known of the message then.
struct Cut: Sendable, CustomTestStringConvertible {
    /// Who stands where the vendor should.
    enum Stand: Sendable {
        /// The vendor's name has no address.
        case noName
        /// Its port is taken and not served.
        case nobody(UnservedPort.Manner)
        /// A server whose certificate nobody knows, or another host's.
        case stranger(isKnown: Bool)
        /// A proxy that cuts.
        case proxy(scheme: String, @Sendable (CuttingProxy.Passage) -> Void)
    }

    /// How a connection ends.
    enum Ending: String, CaseIterable, Sendable {
        case closed, reset

        func end(_ connection: ServerConnection) { self == .reset ? connection.reset() : connection.close() }
    }

    let testDescription: String
    let stand: Stand
    /// What the transport reports; `nil` where it has a whole answer.
    let phase: HTTPFailure.Phase?
    var causes: Set<HTTPFailure.Cause> = [.connectionLost]
    var reasons: Set<Reason> = [.connectionLost]
    var acceptance = Acceptance.unknown
    /// The message reaches the phone although it is not known.
    var arrives = false
    /// The provider's time-outs, each longer one for a machine that was too busy for the one before.
    var timeouts = ["5m"]

    /// Whether a request can be sent before it over the same connection.
    var canFollow: Bool { if case .proxy("http", _) = stand { timeouts.count == 1 } else { false } }
}

extension Cut {
    private static let short = ["200ms", "2s", "20s"]

    /// Before the first byte of the request has left.
    static let before: [Cut] =
        [
            before("the name is not found", .noName, .nameResolution, [.unreachable, .timedOut], timeouts: ["20s"]),
            before("nobody listens", .nobody(.refuses), .connect, [.unreachable]),
            before("the connection is not taken", .nobody(.hangs), .connect, [.timedOut], timeouts: short),
            before("the certificate is nobody's", .stranger(isKnown: false), .tls, [.notTrusted]),
            before("the certificate is another's", .stranger(isKnown: true), .tls, [.notTrusted]),
            before("the handshake is answered in plain text", handshake { $0.write("HTTP/1.1 400 No\r\n\r\n") }, .tls),
            before("the handshake is not answered", handshake { $0.readToEnd() }, .tls, [.timedOut], timeouts: short),
        ]
        + Ending.allCases.flatMap { ending in
            [
                before("the handshake is \(ending.rawValue) unread", handshake(ending.end), .tls),
                before(
                    "the handshake is read and \(ending.rawValue)",
                    handshake { connection in
                        _ = connection.read()
                        ending.end(connection)
                    }, .tls),
            ]
        }

    private static func before(
        _ name: String, _ stand: Stand, _ phase: HTTPFailure.Phase, _ causes: Set<HTTPFailure.Cause> = [.notTrusted],
        timeouts: [String] = ["5m"]
    ) -> Cut {
        let reasons: [HTTPFailure.Cause: Reason] = [
            .unreachable: .unreachable, .timedOut: .timedOut, .notTrusted: .notTrusted,
        ]
        return Cut(
            testDescription: name, stand: stand, phase: phase, causes: causes,
            reasons: Set(causes.compactMap { reasons[$0] }), acceptance: .rejected, timeouts: timeouts)
    }

    private static func handshake(_ meet: @escaping @Sendable (ServerConnection) -> Void) -> Stand {
        .proxy(scheme: "https") { meet($0.connection) }
    }

    /// After the first byte of the request has left.
    static let after: [Cut] =
        [
            Cut(
                testDescription: "the request is not answered", stand: plain { $0.connection.readToEnd() },
                phase: .waiting, causes: [.timedOut], reasons: [.timedOut], timeouts: short),
            Cut(
                testDescription: "the answer is no HTTP", stand: answer { _, _ in Array("nonsense\r\n\r\n".utf8) },
                phase: .receiving, causes: [.malformedAnswer], reasons: [.invalidAnswer], arrives: true),
            Cut(
                testDescription: "half of an answer without a length is all",
                stand: answer { _, body in Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + half(body) },
                phase: nil, reasons: [.invalidAnswer], arrives: true),
        ] + Ending.allCases.flatMap { requests($0) + answers($0) }

    private static func requests(_ ending: Ending) -> [Cut] {
        func cut(_ name: String, _ arrives: Bool = false, _ read: @escaping @Sendable (CuttingProxy.Passage) -> Void)
            -> Cut
        {
            let stand = plain { passage in
                read(passage)
                ending.end(passage.connection)
            }
            return Cut(
                testDescription: "\(name), then \(ending.rawValue)", stand: stand, phase: .waiting, arrives: arrives)
        }
        return [
            cut("the request is not read") { _ in },
            cut("a part of the request is read") { _ = $0.connection.read(atMost: 200) },
            cut("the request is read") { _ = $0.connection.readRequest() },
            cut("the answer is withheld", true) { _ = $0.answer() },
            cut("a part of the status line is sent", true) { $0.connection.write(Array($0.answer().head.prefix(11))) },
        ]
    }

    private static func answers(_ ending: Ending) -> [Cut] {
        func cut(_ name: String, _ make: @escaping @Sendable ([UInt8], [UInt8]) -> [UInt8]) -> Cut {
            Cut(
                testDescription: "\(name), then \(ending.rawValue)", stand: answer(ending, make), phase: .receiving,
                arrives: true)
        }
        return [
            cut("half of the head is sent") { head, _ in half(head) },
            cut("the head is sent") { head, _ in head },
            cut("half of the body is sent") { head, body in head + half(body) },
            cut("the last chunk is not sent") { _, body in chunkedHead + chunk(body) },
            cut("half of a chunk is sent") { _, body in chunkedHead + half(chunk(body)) },
            cut("an interim answer is sent") { _, _ in Array("HTTP/1.1 103 Early Hints\r\n\r\n".utf8) },
        ]
    }

    private static func plain(_ cut: @escaping @Sendable (CuttingProxy.Passage) -> Void) -> Stand {
        .proxy(scheme: "http", cut)
    }

    /// Sends what `make` leaves of the vendor's answer.
    private static func answer(
        _ ending: Ending = .closed, _ make: @escaping @Sendable (_ head: [UInt8], _ body: [UInt8]) -> [UInt8]
    ) -> Stand {
        plain { passage in
            let (head, body) = passage.answer()
            passage.connection.write(make(head, body))
            ending.end(passage.connection)
        }
    }

    private static let chunkedHead = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

    private static func chunk(_ body: [UInt8]) -> [UInt8] {
        Array("\(String(body.count, radix: 16))\r\n".utf8) + body + Array("\r\n".utf8)
    }

    private static func half(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix(bytes.count / 2)) }
}
