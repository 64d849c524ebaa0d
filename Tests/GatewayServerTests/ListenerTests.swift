import Foundation
import GatewayServer
import NotificationGateway
import ProcessSupport
import ServiceLifecycle
import Testing

@Suite("Listening")
struct ListenerTests {
    @Test("TLS is served from 1.2 on")
    func tls() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.file("cert.pem"), folder.file("key.pem"))
        let made = try await ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ])
        try #require(made.status == 0, "\(made.errors)")
        var setup = ServerFixture.Setup()
        setup.options.tls = ServerOptions.TLS(certificatePath: certificate, keyPath: key)
        try await ServerFixture.run(setup) { server async throws -> Void in
            let curl = [
                "-sS", "--cacert", certificate, "--resolve", "localhost:\(server.port):127.0.0.1",
                "https://localhost:\(server.port)/healthz",
            ]
            let end = try await ChildProcess.run("/usr/bin/curl", curl)
            #expect(end.status == 0 && end.output == #"{"status":"ok"}"#, "\(end.errors)")
            let old = try await ChildProcess.run("/usr/bin/curl", ["--tls-max", "1.1"] + curl)
            #expect(old.status != 0)
        }
    }

    @Test("a certificate that cannot be used is told, and so is an address")
    func wrong() async throws {
        var setup = ServerFixture.Setup()
        setup.options.tls = ServerOptions.TLS(certificatePath: "/nowhere", keyPath: "/nowhere")
        await #expect(throws: ServerStartError.self) { try await ServerFixture.run(setup) { _ in } }
        setup.options.tls = nil
        try await ServerFixture.run(setup) { server in
            var taken = ServerFixture.Setup()
            taken.options.port = server.port
            await #expect(throws: ServerStartError.self) { try await ServerFixture.run(taken) { _ in } }
        }
    }

    @Test("a handler of its own port is served at the root")
    func mounted() async throws {
        let handler = MountedHandler(prefix: "/", maxBody: 100) { request in
            RawAnswer(status: 200, body: Array("\(request.method) \(request.path) \(request.query ?? "")".utf8))
        }
        var options = ServerOptions()
        options.port = 0
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let listener = MountedListener(
            handler, options: options, logger: ServerFixture.logger, onListening: { listening.yield($0) })
        let group = ServiceGroup(services: [listener], logger: ServerFixture.logger)
        let running = Task { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        let client = try RawClient(port: port)
        try await client.send(ServerFixture.request("POST", "/?Action=SendSms", "x"))
        #expect(try await client.answer().text == "POST  Action=SendSms")
        let large = try RawClient(port: port)
        try await large.send(ServerFixture.request("POST", "/", String(repeating: "x", count: 101)))
        #expect(try await large.answer().status == 413)
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test("starts and ends, again and again")
    func stress() async throws {
        for _ in 0..<20 {
            try await ServerFixture.run { server async throws -> Void in
                #expect(try await server.ask("GET", "/healthz").status == 200)
            }
        }
    }
}
