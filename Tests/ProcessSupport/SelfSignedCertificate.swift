/// A certificate for the name `localhost` that `openssl` signs with its own key: each is another.
public struct SelfSignedCertificate: Sendable {
    /// Its PEM file.
    public let path: String
    /// The PEM file of its key.
    public let keyPath: String

    /// `openssl` did not make it; says why.
    public struct Failure: Error {
        /// What it said.
        public let errors: String
    }

    /// Makes one, in files of a folder; a former one of it is overwritten.
    ///
    /// - Throws: ``Failure``, or that `openssl` cannot be run.
    public init(in folder: TemporaryFolder) async throws {
        (path, keyPath) = (folder.file("cert.pem"), folder.file("key.pem"))
        let end = try await ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", keyPath, "-out", path,
            ])
        guard end.status == 0 else { throw Failure(errors: end.errors) }
    }

    /// Asks a server on this machine whether it lives, trusting this certificate alone; gives how `curl` ended.
    public static func ask(_ port: Int, trusting certificate: String, _ arguments: [String] = []) async throws
        -> ChildProcess.End
    {
        try await ChildProcess.run(
            "/usr/bin/curl",
            arguments + [
                "-sS", "--cacert", certificate, "--resolve", "localhost:\(port):127.0.0.1",
                "https://localhost:\(port)/healthz",
            ])
    }
}
