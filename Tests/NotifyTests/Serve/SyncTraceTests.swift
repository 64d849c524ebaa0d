import Foundation
import ProcessSupport
import Testing
import VendorSandbox

@Suite("The disk before the answer")
struct SyncTraceTests {
    private static let lines = [
        #"11 read(20<socket:[1]>, "POST /v1/messages HTTP/1.1\r\n"..., 4096) = 300"#,
        #"12 pwrite64(9</o.sqlite-wal>, "..."..., 4096, 56) = 4096"#,
        #"12 fdatasync(9</o.sqlite-wal> <unfinished ...>"#,
        #"12 <... fdatasync resumed>)           = 0"#,
        #"11 write(20<socket:[1]>, "HTTP/1.1 202 Accepted\r\n"..., 200) = 200"#,
    ]

    private static func isProof(_ order: Int...) -> Bool {
        SyncTrace(order.map { lines[$0] }.joined(separator: "\n")).isFlushedBeforeAnswer
    }

    @Test("is seen in a trace, and missed where it is not so")
    func reading() {
        #expect(Self.isProof(0, 1, 2, 3, 4))
        #expect(!Self.isProof(0, 1, 2, 4, 3), "flushed too late")
        #expect(!Self.isProof(0, 1, 4), "not flushed")
        #expect(!Self.isProof(0, 2, 3, 1, 4), "written after the flush")
        #expect(!Self.isProof(1, 2, 3, 0, 4), "before the request came")
        #expect(!Self.isProof(0, 1, 2, 3), "not answered")
    }

    @Test("holds of a server that is traced", .enabled(if: Strace.path != nil, "strace may not be used here"))
    func traced() async throws {
        let fixture = try await ServeFixture()
        let trace = fixture.folder.file("trace")
        let tracer = try #require(Strace.path)
        let server = try await fixture.serve(
            tracer, Strace.arguments(trace) + [try ChildProcess.url(of: "notify").path, "serve"])
        let message =
            #"{"id":"f1","to":"13800138000","template":"login-code","parameters":{"code":"271828"},"send_at":"2099-01-01T00:00:00Z"}"#
        #expect(try await server.call("POST", "/v1/messages", body: message).status == 202)
        #expect(try await server.stop().status == 0)
        let steps = SyncTrace(try read(trace))
        #expect(steps.isFlushedBeforeAnswer, "\(steps.steps)")
        await fixture.sandbox.stop()
    }
}

/// The tracer of system calls.
enum Strace {
    /// Where it is; `nil` where there is none, or where it may trace nobody.
    static let path: String? = ["/usr/bin/strace", "/bin/strace"].first { path in
        guard let process = try? spawn(path, ["-o", "/dev/null", "/bin/true"]) else { return false }
        return waitForEnd(of: process) == 0
    }

    /// The tracer stays beside the server, whose process id is that which was started.
    static func arguments(_ file: String) -> [String] {
        [
            "-D", "-f", "-y", "-s", "128", "-o", file, "-e",
            "trace=fsync,fdatasync,read,readv,recvfrom,recvmsg,pwrite64,pwritev,write,writev,sendto,sendmsg",
        ]
    }
}
