import AliyunProvider
import CBareLoop
import Foundation
import HTTPTransport

/// The transport's measure: a C loop over libcurl that sends one request, signed beforehand, again and again.
enum BareLoop {
    static func run(endpoint: String, _ arguments: Arguments) throws -> String {
        let request = try SigningBenchmark.request(endpoint: endpoint, arguments.signature)
        try send(request, min(arguments.messages, arguments.inFlight * 4), arguments)
        let processor = Measurement.processorSeconds()
        let started = ContinuousClock.now
        try send(request, arguments.messages, arguments)
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        return Measurement.line([
            "messages_per_second": Double(arguments.messages) / elapsed,
            "cpu_us_per_message": (Measurement.processorSeconds() - processor) * 1_000_000
                / Double(arguments.messages),
        ])
    }

    private static func send(_ request: HTTPRequest, _ messages: Int, _ arguments: Arguments) throws {
        let lines = request.headers.map { strdup("\($0.name): \($0.value)") }
        defer { lines.forEach { free($0) } }
        let pointers = lines.map { UnsafePointer($0) }
        let good = request.url.withCString { url in
            pointers.withUnsafeBufferPointer { lines in
                request.body.withUnsafeBytes { body in
                    var bare = bare_request(
                        url: url, header_lines: lines.baseAddress, header_count: lines.count, body: body.baseAddress,
                        body_length: body.count)
                    return bare_loop_run(&bare, messages, arguments.inFlight)
                }
            }
        }
        guard good == messages else { throw Failed(count: messages - good) }
    }

    struct Failed: Error, CustomStringConvertible {
        var count: Int
        var description: String { "\(count) requests of the bare loop were not answered with 200" }
    }
}

/// A server that costs next to nothing, in a process of its own.
enum FixedServer {
    static let answer =
        #"{"RequestId":"F655A8D5-B967-440B-8683-DAD6FF8DE990","Message":"OK","#
        + #""BizId":"900619746936498440^0","Code":"OK"}"#

    /// Says its address on standard output and serves until the process ends.
    static func serve() throws -> Never {
        var port: Int32 = 0
        let listener = fixed_answer_listen(&port)
        guard listener >= 0 else { throw CocoaError(.fileReadUnknown) }
        FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)\n".utf8))
        fixed_answer_serve(listener, answer)
        exit(0)
    }
}
