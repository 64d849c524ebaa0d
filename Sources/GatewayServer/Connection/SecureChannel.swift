import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// Sets up connections with TLS, each with the certificate that is in force when it comes.
struct SecureChannel: ServerChildChannel {
    let base: ConnectionChannel
    let certificate: ServerCertificate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<ConnectionChannel.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context()))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: ConnectionChannel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// A server's certificate, which may be read again while the server runs.
final class ServerCertificate: Sendable {
    private let files: ServerOptions.TLS
    private let current = Mutex<NIOSSLContext?>(nil)

    /// Describes a certificate, which is read by ``read()``.
    init(_ files: ServerOptions.TLS) { self.files = files }

    /// Reads the files: connections that come from now on are shown what they hold. One that cannot be used changes nothing.
    ///
    /// - Throws: ``ServerStartError/certificate(_:)``.
    func read() throws(ServerStartError) {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
            let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            let context = try NIOSSLContext(configuration: configuration)
            current.withLock { $0 = context }
        } catch {
            throw .certificate("\(error)")
        }
    }

    fileprivate func context() throws(ServerStartError) -> NIOSSLContext {
        guard let context = current.withLock({ $0 }) else { throw .certificate("it has not been read") }
        return context
    }
}
