import Foundation

/// ``FixedServer`` in a child process.
struct ChildServer {
    let address: String
    private let process = Process()

    init() throws {
        let output = Pipe()
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["--fixed-server"]
        process.standardOutput = output
        try process.run()
        let line = output.fileHandleForReading.availableData
        address = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop() { process.terminate() }
}
