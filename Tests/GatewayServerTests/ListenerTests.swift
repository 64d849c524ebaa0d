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
        let made = try await SelfSignedCertificate(in: folder)
        var setup = ServerFixture.Setup()
        setup.options.tls = ServerOptions.TLS(certificatePath: made.path, keyPath: made.keyPath)
        try await ServerFixture.run(setup) { server async throws -> Void in
            let end = try await SelfSignedCertificate.ask(server.port, trusting: made.path)
            #expect(end.status == 0 && end.output == #"{"status":"ok"}"#, "\(end.errors)")
            let old = try await SelfSignedCertificate.ask(server.port, trusting: made.path, ["--tls-max", "1.1"])
            #expect(old.status != 0)
        }
    }

    @Test("a renewed certificate is shown once it is read again; one that cannot be used changes nothing")
    func renewed() async throws {
        let folder = try TemporaryFolder()
        let made = try await SelfSignedCertificate(in: folder)
        var options = ServerOptions()
        options.port = 0
        options.tls = ServerOptions.TLS(certificatePath: made.path, keyPath: made.keyPath)
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let listener = MountedListener(
            MountedHandler(prefix: "/") { _ in RawAnswer(status: 200, body: []) }, options: options,
            logger: ServerFixture.logger, onListening: { listening.yield($0) })
        let group = ServiceGroup(services: [listener], logger: ServerFixture.logger)
        let running = Task { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status == 0)
        _ = try await SelfSignedCertificate(in: folder)
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status != 0)
        try listener.reloadCertificate()
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status == 0)
        let renewed = try String(contentsOfFile: made.path, encoding: .utf8)
        try folder.write("no certificate", to: "cert.pem")
        #expect(throws: ServerStartError.self) { try listener.reloadCertificate() }
        try folder.write(renewed, to: "cert.pem")
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status == 0)
        await group.triggerGracefulShutdown()
        try await running.value
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
