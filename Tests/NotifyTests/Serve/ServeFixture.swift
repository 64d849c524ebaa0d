import Foundation
import FoundationNetworking
import ProcessSupport
import Testing
import VendorSandbox

/// `notify serve` beside a sandbox. It tells how far it is by the socket that systemd would give it.
final class ServeFixture: Sendable {
    static let token = "0123456789abcdef0123456789abcdef"
    static let hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let sandbox: VendorSandbox
    let folder: TemporaryFolder

    /// - Parameter server: lines of the section `server`, each with four spaces before it.
    init(_ server: String = "") async throws {
        sandbox = try await VendorSandbox.start()
        folder = try TemporaryFolder()
        try folder.write(Self.configuration(server), to: "providers.yaml")
    }

    static func configuration(_ server: String) -> String {
        """
        version: 1
        default_country: CN
        providers:
          aliyun:
            type: aliyun-dysms
            endpoint: ${env:SANDBOX_ENDPOINT}
            access_key_id: sandbox-key-id
            access_key_secret: sandbox-key-secret
            sign_name: 云通信
        templates:
          login-code:
            category: verification
            parameters: { code: { pattern: "[0-9]{4,8}" } }
            bindings: { aliyun: { template_code: SMS_0000 } }
        routes:
          - providers: aliyun
        server:
          listen: 127.0.0.1:0
          receipts: { aliyun: { token: "${env:TOKEN}" } }
        \(server)
        """
    }

    var environment: [String: String] {
        [
            "SANDBOX_ENDPOINT": sandbox.endpoint, "TOKEN": Self.token, "HOOK_SECRET": Self.hookSecret,
            "ENDPOINT_SECRET": "secret-of-the-endpoint",
        ]
    }

    func run(_ arguments: String...) async throws -> ChildProcess.End {
        try await ChildProcess.run("notify", arguments, environment: environment, in: folder.path)
    }

    /// Starts the server, and returns when it is ready.
    func serve(_ arguments: String...) async throws -> RunningServer {
        try await serve("notify", ["serve"] + arguments)
    }

    /// Starts a program that becomes a server, and returns when it is ready.
    ///
    /// - Parameter supervisor: a name that no other running server has.
    func serve(
        _ program: String, _ arguments: [String], supervisor: String = "supervisor"
    ) async throws -> RunningServer {
        let socket = try SupervisorSocket(folder.file(supervisor))
        let process = try ChildProcess(
            program, arguments, environment: environment.merging(["NOTIFY_SOCKET": socket.path]) { $1 },
            in: folder.path)
        return try await RunningServer(process, socket)
    }
}

/// A server that takes connections.
final class RunningServer: Sendable {
    private let process: ChildProcess
    private let socket: SupervisorSocket
    private let ending: Task<ChildProcess.End, any Error>
    /// Where it listens.
    let url: String
    /// Where the Dysms endpoint listens by itself.
    let endpoint: String?

    init(_ process: ChildProcess, _ socket: SupervisorSocket) async throws {
        self.process = process
        self.socket = socket
        let ending = Task {
            let end = try await process.end()
            socket.close()
            return end
        }
        self.ending = ending
        guard let ready = await socket.next("READY=1") else {
            throw Ended(end: try await ending.value)
        }
        url = ready.firstMatch(of: /listening on (http[^,\s]+)/).map { String($0.output.1) } ?? ""
        endpoint = ready.firstMatch(of: /dysms endpoint on (http[^,\s]+)/).map { String($0.output.1) }
    }

    /// It ended before it was ready.
    struct Ended: Error {
        var end: ChildProcess.End
    }

    /// Has it read its files again.
    func reload() async {
        process.signal(SIGHUP)
        _ = await socket.next("RELOADING=1")
        _ = await socket.next("READY=1")
    }

    /// Lets it write no file beyond a size, as on a full disk; `nil` lifts the limit.
    func limitFiles(to size: UInt?) -> Bool { process.limitFiles(to: size) }

    func kill() async throws {
        process.signal(SIGKILL)
        _ = try await ending.value
    }

    /// Ends it as a person or systemd would.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> ChildProcess.End {
        process.signal(signal)
        return try await ending.value
    }

    func call(
        _ method: String, _ path: String, body: String? = nil, key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> (status: Int, body: [String: Any]) {
        var request = URLRequest(url: try #require(URL(string: url + path)))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        if body != nil { request.setValue("application/json", forHTTPHeaderField: "content-type") }
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, object ?? [:])
    }
}

/// The socket that a service tells its supervisor by.
final class SupervisorSocket: Sendable {
    let path: String
    private let descriptor: Int32
    private let messages: AsyncStream<String>
    private let arrived: AsyncStream<String>.Continuation

    struct Unusable: Error {}

    init(_ path: String) throws {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Unusable() }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let (descriptor, length) = (descriptor, socklen_t(MemoryLayout<sockaddr_un>.size))
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else { throw Unusable() }
        let (messages, arrived) = AsyncStream<String>.makeStream()
        (self.messages, self.arrived) = (messages, arrived)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                arrived.yield(String(decoding: buffer[..<count], as: UTF8.self))
            }
            Glibc.close(descriptor)
        }
    }

    /// The next message that begins so; `nil` when the sender is gone.
    func next(_ start: String) async -> String? {
        for await message in messages where message.hasPrefix(start) { return message }
        return nil
    }

    func close() {
        arrived.finish()
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
