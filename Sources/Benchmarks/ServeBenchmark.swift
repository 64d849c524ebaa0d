import CLoadGenerator
import Foundation

/// `notify serve` beside bare SQLite on the same disk: messages answered 202, which are on disk then, and messages through to
/// the vendor's acceptance. The clients and the vendor share the processors with it.
struct ServeBenchmark {
    private let messages: Int
    private let clients: Int

    init(_ arguments: Arguments) {
        messages = arguments.messages
        clients = arguments.inFlight
    }

    struct Unanswered: Error, CustomStringConvertible {
        var count: Int
        var description: String { "\(count) requests were not answered with 202" }
    }

    /// One JSON line.
    func run() async throws -> String {
        let folder = try BenchmarkFolder("serve")
        defer { folder.remove() }
        let vendor = try ChildServer()
        defer { vendor.stop() }
        let before = try BareInserts.rate(messages, in: folder.path + "/bare-1")
        let outbox = folder.path + "/outbox"
        let server = try ServedNotify(outbox: outbox, vendor: vendor.address, folder: folder.path)
        defer { server.kill() }
        let load = try load(server)
        let spans = try await OutboxFile(outbox).spans(whenAccepted: messages)
        let processor = server.processorSeconds
        let atEnd = server.memory
        server.stop()
        let bare = max(before, try BareInserts.rate(messages, in: folder.path + "/bare-2"))
        return Measurement.line([
            "clients": Double(clients), "messages": Double(messages),
            "messages_per_second": load.rate, "p50_ms": load.percentile(0.50), "p99_ms": load.percentile(0.99),
            "accepted_per_second": Double(messages) / spans.untilAcceptance,
            "bare_inserts_per_second": bare, "ratio": load.rate / bare,
            "accepted_ratio": Double(messages) / spans.untilAcceptance / bare,
            "cpu_us_per_message": processor * 1_000_000 / Double(messages),
            "rss_mb_at_10": load.memory[0], "rss_mb_at_50": load.memory[1], "rss_mb_at_100": load.memory[2],
            "rss_mb_at_end": atEnd, "file_bytes_per_message": folder.size(of: "outbox") / Double(messages),
            "start_ms": server.startUp * 1_000,
        ])
    }

    /// What the clients saw.
    private struct Load {
        var rate: Double
        /// In microseconds, the quickest first.
        var times: [UInt32]
        /// The server's memory after a tenth, a half and all of it.
        var memory: [Double]

        func percentile(_ part: Double) -> Double {
            times.isEmpty ? 0 : Double(times[min(times.count - 1, Int(Double(times.count) * part))]) / 1_000
        }
    }

    private func load(_ server: ServedNotify) throws -> Load {
        let request = LoadRequest(port: server.port)
        guard let generator = request.open(clients: clients) else { throw Unanswered(count: messages) }
        defer { load_generator_close(generator) }
        var times = [UInt32](repeating: 0, count: messages)
        var memory: [Double] = []
        var seconds = 0.0
        var sent = 0
        for part in [0.1, 0.5, 1] {
            let count = Int(Double(messages) * part) - sent
            let started = ContinuousClock.now
            let answered = times.withUnsafeMutableBufferPointer { times in
                load_generator_run(generator, sent, count, times.baseAddress.map { $0 + sent })
            }
            seconds += (ContinuousClock.now - started) / .seconds(1)
            guard answered == count else { throw Unanswered(count: count - answered) }
            memory.append(server.memory)
            sent += count
        }
        times.sort()
        return Load(rate: Double(messages) / seconds, times: times, memory: memory)
    }
}

/// A login code to a number of its own, under a key of its own.
private struct LoadRequest {
    private let port: Int
    private let bytes: [UInt8]
    private let places: [Int]

    init(port: Int) {
        let number = String(repeating: "#", count: Int(load_number_digits))
        let body =
            #"{"to":"+8613\#(number)","template":"login-code","parameters":{"code":"\#(number)"},"tags":["login"]}"#
        let text = """
            POST /v1/messages HTTP/1.1\r
            Host: 127.0.0.1:\(port)\r
            Content-Type: application/json\r
            Idempotency-Key: benchmark-\(number)\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        let bytes = Array(text.utf8)
        places = bytes.indices.filter { bytes[$0] == UInt8(ascii: "#") && bytes[$0 - 1] != UInt8(ascii: "#") }
        (self.port, self.bytes) = (port, bytes)
    }

    func open(clients: Int) -> OpaquePointer? {
        bytes.withUnsafeBytes { bytes in
            places.withUnsafeBufferPointer { places in
                var request = load_request(
                    bytes: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length: bytes.count,
                    number_places: places.baseAddress, number_count: places.count)
                return load_generator_open(Int32(port), Int32(clients), &request)
            }
        }
    }
}
