import Foundation

/// `notify serve`, the program as it is installed, in a process of its own: it stands beside this one.
struct ServedNotify {
    /// Where it listens.
    let port: Int
    /// From the start of the process to the line that says so, in seconds.
    let startUp: Double
    private let process = Process()

    struct Missing: Error, CustomStringConvertible {
        var path: String
        var description: String { "there is no server at \(path): swift build -c release --product notify" }
    }

    struct Ended: Error, CustomStringConvertible {
        var description: String { "notify serve ended before it listened; what it said stands above" }
    }

    /// Starts it over a file, with one vendor at an address, and waits until it listens.
    init(outbox: String, vendor: String, folder: String) throws {
        let path = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("notify").path ?? ""
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        let configuration = folder + "/providers.yaml"
        try Self.configuration(outbox: outbox, vendor: vendor).write(
            toFile: configuration, atomically: true, encoding: .utf8)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["serve", "--config", configuration, "--log-level", "error"]
        process.standardOutput = output
        let started = ContinuousClock.now
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        startUp = (ContinuousClock.now - started) / .seconds(1)
        let digits = line.split(separator: "\n").first?.split(separator: ":").last
        guard let port = digits.flatMap({ Int($0) }) else {
            process.terminate()
            throw Ended()
        }
        self.port = port
    }

    /// Everything as it is when nobody says otherwise, but for the vendor's address.
    private static func configuration(outbox: String, vendor: String) -> String {
        """
        version: 1
        mode: live
        providers:
          vendor:
            type: aliyun-dysms
            access_key_id: benchmark-key-id
            access_key_secret: benchmark-secret
            sign_name: 云通信
            endpoint: "\(vendor)"
        templates:
          login-code:
            category: verification
            parameters: { code: { required: true, pattern: "[0-9]{4,9}" }, product: { default: 云通信 } }
            bindings:
              vendor: { template_code: SMS_0000 }
        routes:
          - name: codes
            providers: [vendor]
        server:
          listen: 127.0.0.1:0
          outbox: "\(outbox)"
        """
    }

    /// The memory that it has now, in MiB.
    var memory: Double { Measurement.memory(of: String(process.processIdentifier)) }

    /// The processor time of all its threads, in seconds.
    var processorSeconds: Double { Measurement.processorSeconds(of: String(process.processIdentifier)) }

    /// Ends it in good order.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Ends it at once: what it has taken stays in the file.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
